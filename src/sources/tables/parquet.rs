//! Parquet and GeoParquet: row groups read one after the other.

use ::parquet::file::reader::{FileReader, SerializedFileReader};
use ::parquet::record::Field as Cell;
use bytes::Bytes;

use super::{BadRow, Row, Table, gpkg};

/// The most rows taken from one file.
const ROWS_MAX: usize = 5_000_000;

/// A table of columns.
pub(super) fn read<'a>(bytes: Vec<u8>) -> Result<Table<'a>, String> {
    let broken =
        |e: ::parquet::errors::ParquetError| format!("is no Parquet table that can be read ({e})");
    let reader = SerializedFileReader::new(Bytes::from(bytes)).map_err(broken)?;
    let metadata = reader.metadata().file_metadata();
    let geo = metadata
        .key_value_metadata()
        .and_then(|all| all.iter().find(|pair| pair.key == "geo"))
        .and_then(|pair| serde_json::from_str::<serde_json::Value>(pair.value.as_deref()?).ok());
    let primary = geo
        .as_ref()
        .and_then(|g| g["primary_column"].as_str())
        .map(str::to_owned);
    if let (Some(geo), Some(primary)) = (&geo, &primary) {
        let crs = &geo["columns"][primary.as_str()]["crs"];
        let code = crs["id"]["code"].to_string();
        if !crs.is_null() && !code.contains("4326") && !code.contains("CRS84") {
            return Err("is not in WGS 84; convert it to EPSG:4326 first".to_owned());
        }
    }
    let header: Vec<String> = metadata
        .schema()
        .get_fields()
        .iter()
        .map(|f| f.name().to_owned())
        .collect();
    if metadata.num_rows() > ROWS_MAX as i64 {
        return Err(format!("holds more than {ROWS_MAX} rows; split it"));
    }
    let shape_at = primary.and_then(|p| header.iter().position(|h| *h == p));
    let mut rows: Vec<Result<Row, BadRow>> = Vec::new();
    let records = reader.get_row_iter(None).map_err(broken)?;
    for (n, record) in records.enumerate() {
        let line = n + 1;
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                let why = format!("cannot be read ({error}); the rest was not read");
                rows.push(Err(BadRow { line, why }));
                break;
            }
        };
        let mut row = Row {
            line,
            ..Row::default()
        };
        let mut bad = None;
        for (at, (_, cell)) in record.get_column_iter().enumerate() {
            if Some(at) == shape_at {
                if let Cell::Bytes(blob) = cell {
                    match gpkg::wkb(blob.data()) {
                        Ok(shape) => row.shape = Some(shape),
                        Err(why) => bad = Some(why),
                    }
                }
                row.cells.push(String::new());
                continue;
            }
            row.cells.push(match cell {
                Cell::Null | Cell::Bytes(_) => String::new(),
                Cell::Str(text) => text.clone(),
                Cell::Date(days) => jiff::civil::date(1970, 1, 1)
                    .saturating_add(jiff::Span::new().days(*days))
                    .to_string(),
                Cell::TimestampMillis(ms) => moment(*ms),
                Cell::TimestampMicros(us) => moment(us / 1_000),
                other => other.to_string(),
            });
        }
        rows.push(match bad {
            Some(why) => Err(BadRow { line, why }),
            None => Ok(row),
        });
    }
    Ok(Table::whole("Parquet", header, rows))
}

fn moment(ms: i64) -> String {
    jiff::Timestamp::from_millisecond(ms).map_or_else(|_| String::new(), |t| t.to_string())
}
