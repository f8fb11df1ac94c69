//! The rows one kind of reader may see, and the index over them.
//!
//! Rows lie in the order of their ids; beside them a small head of each (position, days, type,
//! layer) lies in the order of a Z-curve over the map, in which every tile is one run and every
//! block of neighbours has a small box. A change is laid over that (rows gone, rows new) until
//! there are enough changes to sort anew, so that one ruling costs no sorting of a million rows.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock};

use gazetteer::{Extent, LonLat};

use super::row::{Drawn, Row};
use super::snapshot::Whole;
use crate::formats::{COLUMNS, Layer};
use crate::incident::{IncidentType, Kind, Status};
use crate::query::{Query, day_number};

/// Heads in a block: small enough to be near each other, large enough that few blocks are looked at.
const BLOCK: usize = 256;

/// Rows changed before all are sorted anew: looking at so many one by one takes less than a
/// millisecond.
const FRESH_MAX: usize = 4_096;

/// Tiles kept for one state; then all are made anew.
const TILES_MAX: usize = 20_000;

/// Counts and outlines kept for one state; then all are made anew.
const ANSWERS_MAX: usize = 64;

/// What the index knows of a row.
#[derive(Clone, Copy, Debug)]
pub(super) struct Head {
    /// On the map, each a 2^32nd part of its width; y southwards. The middle of an area.
    pub(super) x: u32,
    pub(super) y: u32,
    /// West, south, east, north in millionths of a degree: for a point exactly what is given out.
    around: [i32; 4],
    /// Days since 1970; not known is the least and the greatest number.
    pub(super) start: i32,
    pub(super) end: i32,
    /// Where the row lies.
    pub(super) rank: u32,
    kind: u8,
    layer: u8,
    status: u8,
}

/// What a block of heads has in common.
#[derive(Clone, Copy, Debug)]
struct Block {
    around: [i32; 4],
    /// Earliest first and latest last day.
    start: i32,
    end: i32,
    /// One bit a layer.
    layers: u8,
}

/// Degrees in millionths.
fn micro(degrees: f64) -> i32 {
    (degrees * 1e6).round() as i32
}

/// Where a position lies on the square map of the whole world.
fn on_map(at: LonLat) -> (u32, u32) {
    const WORLD: f64 = 4_294_967_296.0;
    let sin = at
        .lat()
        .to_radians()
        .sin()
        .clamp(-0.999_999_999_999, 0.999_999_999_999);
    let x = (at.lon() + 180.0) / 360.0;
    let y = 0.5 - ((1.0 + sin) / (1.0 - sin)).ln() / (4.0 * std::f64::consts::PI);
    // What lies beyond the map's edge (near the poles) lies on it, so that nothing is left out.
    let part = |it: f64| (it * WORLD).clamp(0.0, WORLD - 1.0) as u32;
    (part(x), part(y))
}

/// The place on the Z-curve: bits of x and y in turn.
pub(super) fn curve(x: u32, y: u32) -> u64 {
    let spread = |it: u32| {
        let mut it = u64::from(it);
        it = (it | it << 16) & 0x0000_ffff_0000_ffff;
        it = (it | it << 8) & 0x00ff_00ff_00ff_00ff;
        it = (it | it << 4) & 0x0f0f_0f0f_0f0f_0f0f;
        it = (it | it << 2) & 0x3333_3333_3333_3333;
        (it | it << 1) & 0x5555_5555_5555_5555
    };
    spread(x) | spread(y) << 1
}

fn layer_number(layer: Layer) -> u8 {
    match layer {
        Layer::Incidents => 0,
        Layer::Areas => 1,
        Layer::Unplaced => 2,
    }
}

fn status_number(status: Status) -> u8 {
    match status {
        Status::Draft => 0,
        Status::Published => 1,
        Status::Rejected => 2,
    }
}

/// The map's kinds, in the order of their numbers.
pub(super) const KINDS: [Kind; 7] = [
    Kind::Clash,
    Kind::Strike,
    Kind::Civilians,
    Kind::Protest,
    Kind::Violence,
    Kind::Hazard,
    Kind::Other,
];

impl Head {
    fn of(row: &Row, rank: u32) -> Self {
        let boxes = row.boxes();
        let around = boxes.iter().fold(None, |all: Option<[f64; 4]>, b| {
            let (west, east) = if b.crosses_antimeridian() {
                (-180.0, 180.0)
            } else {
                (b.west(), b.east())
            };
            let [w, s, e, n] = all.unwrap_or([west, b.south(), east, b.north()]);
            Some([w.min(west), s.min(b.south()), e.max(east), n.max(b.north())])
        });
        let middle = match &row.drawn {
            Drawn::Point(at) => Some(*at),
            _ => boxes.first().map(|b| b.centre()),
        };
        let (x, y) = middle.map_or((u32::MAX, u32::MAX), on_map);
        let day = |name: &str| row.text(name).parse().ok().map(day_number);
        let code = row.text("type");
        let kind = IncidentType::ALL
            .iter()
            .position(|t| t.code() == code)
            .unwrap_or(usize::from(u8::MAX));
        Self {
            x,
            y,
            around: around.map_or([1, 1, 0, 0], |a| a.map(micro)),
            start: day("date_start").unwrap_or(i32::MIN),
            end: day("date_end").unwrap_or(i32::MAX),
            rank,
            kind: u8::try_from(kind).unwrap_or(u8::MAX),
            layer: layer_number(row.layer()),
            status: status_number(row.status()),
        }
    }

    /// The type.
    pub(super) fn incident_type(self) -> IncidentType {
        let known = IncidentType::ALL.get(usize::from(self.kind));
        known.copied().unwrap_or(IncidentType::Other)
    }

    /// 0 a point, 1 an area, 2 unplaced.
    pub(super) fn layer_number(self) -> u8 {
        self.layer
    }

    /// The number of its kind in [`KINDS`].
    pub(super) fn kind(self) -> usize {
        let kind = self.incident_type().kind();
        KINDS
            .iter()
            .position(|k| *k == kind)
            .unwrap_or(KINDS.len() - 1)
    }
}

/// A question made ready for the heads.
pub(super) struct Probe<'a> {
    query: &'a Query,
    /// Boxes of which one must be met (none asked: empty), in millionths of a degree.
    boxes: Vec<[i32; 4]>,
    /// A box that the shape must meet; what has no shape is out.
    shape_in: Option<[i32; 4]>,
    from: i32,
    to: i32,
    start_in: Option<(i32, i32)>,
    end_in: Option<(i32, i32)>,
    overlaps: (i32, i32),
    layers: u8,
    statuses: u8,
    /// The types asked for, by number; `None` is all.
    types: Option<[bool; 256]>,
    /// The row itself has to be asked.
    asks_row: bool,
}

fn meets(a: &[i32; 4], b: &[i32; 4]) -> bool {
    a[0] <= b[2] && a[2] >= b[0] && a[1] <= b[3] && a[3] >= b[1]
}

impl<'a> Probe<'a> {
    pub(super) fn new(query: &'a Query, layer: Option<Layer>) -> Self {
        // An edge told with more digits than we give out still takes in what lies on it.
        let low = |d: f64| (d * 1e6 - 1e-3).ceil() as i32;
        let high = |d: f64| (d * 1e6 + 1e-3).floor() as i32;
        let boxes = query.bbox.iter().flat_map(|b| {
            b.halves()
                .map(|(w, e)| [low(w), low(b.south()), high(e), high(b.north())])
        });
        let bounds = query.bounds();
        let day = |d: Option<jiff::civil::Date>| d.map(day_number);
        let mut types: Option<[bool; 256]> = None;
        let mut exact = true;
        for (column, values) in &bounds.one_of {
            let fits = |t: &IncidentType| match COLUMNS[*column].name {
                "type" => Some(values.iter().any(|v| v == t.code())),
                "kind" => Some(values.iter().any(|v| v == t.kind().code())),
                _ => None,
            };
            let slots = types.get_or_insert([true; 256]);
            for (n, t) in IncidentType::ALL.iter().enumerate() {
                match fits(t) {
                    Some(fits) => slots[n] &= fits,
                    None => exact = false,
                }
            }
        }
        let only_types = exact
            && query.filter.is_none()
            && query.words.is_none()
            && query.outline.is_none()
            && query.equal.len() == bounds.one_of.len();
        Self {
            boxes: boxes.collect(),
            shape_in: bounds
                .shape_in
                .map(|[w, s, e, n]| [low(w) - 1, low(s) - 1, high(e) + 1, high(n) + 1]),
            from: day(query.days.from).unwrap_or(i32::MIN),
            to: day(query.days.to).unwrap_or(i32::MAX),
            start_in: bounds.start_in,
            end_in: bounds.end_in,
            overlaps: bounds.overlaps.unwrap_or((i32::MIN, i32::MAX)),
            layers: layer.map_or(0b111, |l| 1 << layer_number(l)),
            statuses: query
                .statuses
                .iter()
                .fold(0, |all, s| all | 1 << status_number(*s)),
            types,
            asks_row: !query.has_no_rest() && !only_types,
            query,
        }
    }

    /// True when everything is asked for: no head has to be looked at.
    fn takes_all(&self) -> bool {
        self.boxes.is_empty()
            && self.from == i32::MIN
            && self.to == i32::MAX
            && self.types.is_none()
            && !self.asks_row
            && self.statuses & 0b011 == 0b011
    }

    fn may_hold(&self, block: &Block) -> bool {
        let shapeless = block.layers & 0b100 != 0;
        block.layers & self.layers != 0
            && block.start <= self.to.min(self.overlaps.1)
            && block.end >= self.from.max(self.overlaps.0)
            && (self.boxes.is_empty()
                || shapeless
                || self.boxes.iter().any(|b| meets(b, &block.around)))
            && self.shape_in.is_none_or(|b| meets(&b, &block.around))
    }

    pub(super) fn takes(&self, head: &Head, row: impl FnOnce() -> &'a Row) -> bool {
        let unplaced = head.layer == 2;
        let quick = self.layers & 1 << head.layer != 0
            && self.statuses & 1 << head.status != 0
            && head.start <= self.to.min(self.overlaps.1)
            && head.end >= self.from.max(self.overlaps.0)
            && self
                .types
                .as_ref()
                .is_none_or(|t| t[usize::from(head.kind)])
            && self
                .start_in
                .is_none_or(|(a, b)| head.start != i32::MIN && (a..=b).contains(&head.start))
            && self
                .end_in
                .is_none_or(|(a, b)| head.end != i32::MAX && (a..=b).contains(&head.end))
            && (self.boxes.is_empty()
                || unplaced
                || self.boxes.iter().any(|b| meets(b, &head.around)))
            && self
                .shape_in
                .is_none_or(|b| !unplaced && meets(&b, &head.around));
        if !quick {
            return false;
        }
        // An area's box may be two boxes.
        let area = head.layer == 1 && self.query.bbox.is_some();
        if !area && !self.asks_row {
            return true;
        }
        let row = row();
        let boxed = !area
            || self
                .query
                .bbox
                .is_none_or(|bbox| row.boxes().iter().any(|b| b.intersects(bbox)));
        boxed && (!self.asks_row || self.query.takes_rest(row))
    }
}

/// The rows sorted, and their heads.
#[derive(Debug, Default)]
struct Base {
    rows: Vec<Arc<Row>>,
    /// Along the Z-curve.
    heads: Vec<Head>,
    blocks: Vec<Block>,
    /// Layer by rank.
    layers: Vec<u8>,
    counts: [usize; 3],
}

impl Base {
    /// `rows` are sorted by id.
    fn of(rows: Vec<Arc<Row>>) -> Self {
        let mut heads: Vec<Head> = rows
            .iter()
            .enumerate()
            .map(|(rank, row)| Head::of(row, rank as u32))
            .collect();
        heads.sort_by_cached_key(|h| curve(h.x, h.y));
        Self::with_heads(rows, heads)
    }

    /// `heads` lie along the curve already.
    fn with_heads(rows: Vec<Arc<Row>>, heads: Vec<Head>) -> Self {
        let blocks = heads
            .chunks(BLOCK)
            .map(|heads| {
                let mut block = Block {
                    around: [i32::MAX, i32::MAX, i32::MIN, i32::MIN],
                    start: i32::MAX,
                    end: i32::MIN,
                    layers: 0,
                };
                for h in heads {
                    block.start = block.start.min(h.start);
                    block.end = block.end.max(h.end);
                    block.layers |= 1 << h.layer;
                    if h.layer != 2 {
                        let [w, s, e, n] = h.around;
                        let [bw, bs, be, bn] = &mut block.around;
                        (*bw, *bs) = (w.min(*bw), s.min(*bs));
                        (*be, *bn) = (e.max(*be), n.max(*bn));
                    }
                }
                block
            })
            .collect();
        let mut layers = vec![0; rows.len()];
        let mut counts = [0; 3];
        for h in &heads {
            layers[h.rank as usize] = h.layer;
            counts[usize::from(h.layer)] += 1;
        }
        Self {
            rows,
            heads,
            blocks,
            layers,
            counts,
        }
    }
}

impl Base {
    /// The same without the rows of some ranks (sorted) and with others (sorted by id). Heads are
    /// moved and not made anew: at a million rows that is the difference of a second.
    fn merged(&self, gone: &[u32], fresh: Vec<Arc<Row>>) -> Self {
        let mut rows = Vec::with_capacity(self.rows.len() + fresh.len());
        let mut moved = vec![u32::MAX; self.rows.len()];
        let mut new_heads = Vec::with_capacity(fresh.len());
        let mut next = fresh.into_iter().peekable();
        let mut lost = gone.iter().copied().peekable();
        let mut add = |rows: &mut Vec<Arc<Row>>, row: Arc<Row>| {
            new_heads.push(Head::of(&row, rows.len() as u32));
            rows.push(row);
        };
        for (rank, row) in self.rows.iter().enumerate() {
            while let Some(new) = next.next_if(|new| new.id() < row.id()) {
                add(&mut rows, new);
            }
            if lost.next_if_eq(&(rank as u32)).is_none() {
                moved[rank] = rows.len() as u32;
                rows.push(Arc::clone(row));
            }
        }
        for new in next {
            add(&mut rows, new);
        }
        new_heads.sort_by_key(|h| curve(h.x, h.y));
        let mut heads = Vec::with_capacity(rows.len());
        let mut new_heads = new_heads.into_iter().peekable();
        let kept = self.heads.iter().filter_map(|head| {
            let rank = moved[head.rank as usize];
            (rank != u32::MAX).then_some(Head { rank, ..*head })
        });
        for head in kept {
            let at = curve(head.x, head.y);
            while let Some(new) = new_heads.next_if(|new| curve(new.x, new.y) < at) {
                heads.push(new);
            }
            heads.push(head);
        }
        heads.extend(new_heads);
        Self::with_heads(rows, heads)
    }
}

/// A page of rows.
pub(super) struct Page<'a> {
    /// How many match in all.
    pub(super) matched: usize,
    pub(super) rows: Vec<&'a Arc<Row>>,
    /// Others follow.
    pub(super) more: bool,
}

/// A tile's number: zoom, column, row.
pub(super) type TileId = (u8, u32, u32);

/// The rows of one kind of reader at one moment.
#[derive(Debug, Default)]
pub(super) struct View {
    base: Arc<Base>,
    /// Ranks of the base that are no more, or were changed; sorted.
    gone: Vec<u32>,
    /// Rows new or changed, sorted by id, and their heads.
    fresh: Vec<Arc<Row>>,
    fresh_heads: Vec<Head>,
    pub(super) whole: OnceLock<Option<Arc<Whole>>>,
    tiles: Mutex<HashMap<TileId, Arc<Whole>>>,
    answers: Mutex<HashMap<String, Arc<Whole>>>,
}

impl View {
    /// `rows` are sorted by id.
    pub(super) fn of(rows: Vec<Arc<Row>>) -> Self {
        Self {
            base: Arc::new(Base::of(rows)),
            ..Self::default()
        }
    }

    /// The same with changes: ids, each with its row or none.
    pub(super) fn with(&self, changes: &[(String, Option<Arc<Row>>)]) -> Self {
        let mut fresh: Vec<Arc<Row>> = self.fresh.clone();
        let mut gone = self.gone.clone();
        for (id, row) in changes {
            if let Ok(rank) = self.base.rows.binary_search_by(|r| r.id().cmp(id)) {
                let rank = rank as u32;
                if let Err(at) = gone.binary_search(&rank) {
                    gone.insert(at, rank);
                }
            }
            match (fresh.binary_search_by(|r| r.id().cmp(id)), row) {
                (Ok(at), Some(row)) => fresh[at] = Arc::clone(row),
                (Ok(at), None) => {
                    fresh.remove(at);
                }
                (Err(at), Some(row)) => fresh.insert(at, Arc::clone(row)),
                (Err(_), None) => {}
            }
        }
        if fresh.len() + gone.len() > FRESH_MAX {
            return Self {
                base: Arc::new(self.base.merged(&gone, fresh)),
                ..Self::default()
            };
        }
        let fresh_heads = fresh
            .iter()
            .enumerate()
            .map(|(n, row)| Head::of(row, n as u32))
            .collect();
        Self {
            base: Arc::clone(&self.base),
            gone,
            fresh,
            fresh_heads,
            ..Self::default()
        }
    }

    /// How many rows.
    pub(super) fn len(&self) -> usize {
        self.base.rows.len() - self.gone.len() + self.fresh.len()
    }

    /// The row of an id.
    pub(super) fn row(&self, id: &str) -> Option<&Arc<Row>> {
        if let Ok(at) = self.fresh.binary_search_by(|r| r.id().cmp(id)) {
            return self.fresh.get(at);
        }
        let rank = self.base.rows.binary_search_by(|r| r.id().cmp(id)).ok()?;
        let is_gone = self.gone.binary_search(&(rank as u32)).is_ok();
        self.base.rows.get(rank).filter(|_| !is_gone)
    }

    fn is_gone(&self, rank: u32) -> bool {
        !self.gone.is_empty() && self.gone.binary_search(&rank).is_ok()
    }

    /// Gives every head that matches, and its row.
    fn scan<'a>(&'a self, probe: &Probe<'a>, mut take: impl FnMut(&'a Head, bool)) {
        let base = &*self.base;
        for (block, heads) in base.blocks.iter().zip(base.heads.chunks(BLOCK)) {
            if !probe.may_hold(block) {
                continue;
            }
            for head in heads {
                if probe.takes(head, || &base.rows[head.rank as usize]) && !self.is_gone(head.rank)
                {
                    take(head, false);
                }
            }
        }
        self.scan_fresh(probe, &mut take);
    }

    fn scan_fresh<'a>(&'a self, probe: &Probe<'a>, take: &mut impl FnMut(&'a Head, bool)) {
        for head in &self.fresh_heads {
            if probe.takes(head, || &self.fresh[head.rank as usize]) {
                take(head, true);
            }
        }
    }

    /// The row of a head that [`View::scan`] gave.
    fn row_of(&self, head: &Head, fresh: bool) -> &Arc<Row> {
        let rows = if fresh { &self.fresh } else { &self.base.rows };
        &rows[head.rank as usize]
    }

    /// Every matching row and its head, in no order.
    pub(super) fn each<'a>(
        &'a self,
        layer: Option<Layer>,
        query: &'a Query,
        mut take: impl FnMut(&'a Head, &'a Arc<Row>),
    ) {
        let probe = Probe::new(query, layer);
        self.scan(&probe, |head, fresh| take(head, self.row_of(head, fresh)));
    }

    /// Every matching row, in the order of the ids.
    pub(super) fn matching<'a>(
        &'a self,
        layer: Option<Layer>,
        query: &'a Query,
    ) -> Vec<&'a Arc<Row>> {
        self.page(layer, query, None, usize::MAX).rows
    }

    /// The matching rows behind an id, in the order of the ids, and how many match in all.
    pub(super) fn page<'a>(
        &'a self,
        layer: Option<Layer>,
        query: &'a Query,
        after: Option<&str>,
        limit: usize,
    ) -> Page<'a> {
        let probe = Probe::new(query, layer);
        let base = &*self.base;
        let behind =
            |rows: &[Arc<Row>]| after.map_or(0, |after| rows.partition_point(|r| r.id() <= after));
        let (first, first_fresh) = (behind(&base.rows) as u32, behind(&self.fresh) as u32);
        let mut matched = 0;
        let mut ranks: Vec<u32> = Vec::new();
        let mut fresh: Vec<u32> = Vec::new();
        if probe.takes_all() {
            // Nothing to look for: the counts are known, and the rows lie in order.
            let of_layer = |n: u8| layer.is_none_or(|l| layer_number(l) == n);
            matched = (0..3)
                .filter(|n| of_layer(*n))
                .map(|n| base.counts[usize::from(n)])
                .sum();
            let lost = self
                .gone
                .iter()
                .filter(|r| of_layer(base.layers[**r as usize]));
            matched -= lost.count();
            let mut rank = first;
            while ranks.len() <= limit && (rank as usize) < base.rows.len() {
                if of_layer(base.layers[rank as usize]) && !self.is_gone(rank) {
                    ranks.push(rank);
                }
                rank += 1;
            }
            self.scan_fresh(&probe, &mut |head, _| {
                matched += 1;
                if head.rank >= first_fresh {
                    fresh.push(head.rank);
                }
            });
        } else {
            self.scan(&probe, |head, is_fresh| {
                matched += 1;
                if is_fresh {
                    if head.rank >= first_fresh {
                        fresh.push(head.rank);
                    }
                } else if head.rank >= first {
                    ranks.push(head.rank);
                }
            });
            // One more than the page, to know whether others follow.
            let wanted = limit.saturating_add(1);
            if ranks.len() > wanted {
                ranks.select_nth_unstable(wanted);
                ranks.truncate(wanted);
            }
            ranks.sort_unstable();
        }
        let mut rows = Vec::with_capacity(ranks.len().min(limit.saturating_add(1)) + fresh.len());
        let mut fresh = fresh
            .into_iter()
            .map(|n| &self.fresh[n as usize])
            .peekable();
        for rank in ranks {
            let row = &base.rows[rank as usize];
            while let Some(new) = fresh.next_if(|new| new.id() < row.id()) {
                rows.push(new);
            }
            rows.push(row);
        }
        rows.extend(fresh);
        let more = rows.len() > limit;
        rows.truncate(limit);
        Page {
            matched,
            rows,
            more,
        }
    }

    /// Every point of a tile that matches. A tile is one run of the curve.
    pub(super) fn in_tile<'a>(
        &'a self,
        (z, x, y): TileId,
        probe: &Probe<'a>,
        mut take: impl FnMut(&'a Head, bool),
    ) {
        let rest = 32 - u32::from(z);
        let inside = |h: &Head| h.layer == 0 && (z == 0 || (h.x >> rest == x && h.y >> rest == y));
        let (first, last) = if z == 0 {
            (0, u64::MAX)
        } else {
            let first = curve(x << rest, y << rest);
            (first, first | ((1_u64 << (2 * rest)) - 1))
        };
        let base = &*self.base;
        let from = base.heads.partition_point(|h| curve(h.x, h.y) < first);
        for head in &base.heads[from..] {
            if curve(head.x, head.y) > last {
                break;
            }
            if inside(head)
                && probe.takes(head, || &base.rows[head.rank as usize])
                && !self.is_gone(head.rank)
            {
                take(head, false);
            }
        }
        self.scan_fresh(probe, &mut |head: &'a Head, fresh| {
            if inside(head) {
                take(head, fresh);
            }
        });
    }

    /// The row of a head of a tile.
    pub(super) fn tile_row(&self, head: &Head, fresh: bool) -> &Arc<Row> {
        self.row_of(head, fresh)
    }

    /// A tile without filter, made once for this state.
    pub(super) fn tile(&self, id: TileId, make: impl FnOnce() -> Vec<u8>) -> Arc<Whole> {
        if let Some(known) = super::held(&self.tiles).get(&id) {
            return Arc::clone(known);
        }
        let whole = Arc::new(Whole::of(make()));
        let mut kept = super::held(&self.tiles);
        if kept.len() >= TILES_MAX {
            kept.clear();
        }
        kept.insert(id, Arc::clone(&whole));
        whole
    }

    /// An answer that looks at every row, made once for this state; `key` is what was asked.
    pub(super) fn answer(&self, key: &str, make: impl FnOnce() -> Vec<u8>) -> Arc<Whole> {
        if let Some(known) = super::held(&self.answers).get(key) {
            return Arc::clone(known);
        }
        let whole = Arc::new(Whole::of(make()));
        let mut kept = super::held(&self.answers);
        if kept.len() >= ANSWERS_MAX {
            kept.clear();
        }
        kept.insert(key.to_owned(), Arc::clone(&whole));
        whole
    }

    /// The tile, when it was made already.
    pub(super) fn known_tile(&self, id: TileId) -> Option<Arc<Whole>> {
        super::held(&self.tiles).get(&id).cloned()
    }

    /// The box and the days of a layer.
    pub(super) fn extent(&self, layer: Layer) -> (Option<Extent>, Option<(i32, i32)>) {
        let mut space: Option<[i32; 4]> = None;
        let mut days: Option<(i32, i32)> = None;
        let query = Query::default();
        let probe = Probe::new(&query, Some(layer));
        self.scan(&probe, |h, _| {
            if h.layer != 2 {
                let [w, s, e, n] = space.get_or_insert(h.around);
                (*w, *s) = (h.around[0].min(*w), h.around[1].min(*s));
                (*e, *n) = (h.around[2].max(*e), h.around[3].max(*n));
            }
            let first = if h.start == i32::MIN { h.end } else { h.start };
            let last = if h.end == i32::MAX { h.start } else { h.end };
            if first != i32::MAX && last != i32::MIN {
                let (a, b) = days.get_or_insert((first, last));
                (*a, *b) = (first.min(*a), last.max(*b));
            }
        });
        let degrees = |m: i32| f64::from(m) / 1e6;
        let space = space
            .and_then(|[w, s, e, n]| Extent::new(degrees(w), degrees(s), degrees(e), degrees(n)));
        (space, days)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::incident::Incident;
    use crate::query::{Crs, Filter, parse_bbox};
    use crate::store::testing;

    fn row(n: usize, lon: f64, lat: f64, day: &str) -> Arc<Row> {
        let mut incident = Incident::of(testing::account(
            &format!("r{n}.txt"),
            day,
            Some((lon, lat)),
        ));
        incident.id = format!("inc-{n:05}");
        Arc::new(Row::of(&incident.shown(), &mut Arc::new))
    }

    /// Points all over the world, two thousand of them on the same days of a month.
    fn many(count: usize) -> Vec<Arc<Row>> {
        let mut seed = 11_u64;
        let mut random = || {
            seed = seed
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (seed >> 11) as f64 / (1_u64 << 53) as f64
        };
        (0..count)
            .map(|n| {
                let day = format!("2022-06-{:02}", 1 + n % 30);
                row(n, random() * 360.0 - 180.0, random() * 180.0 - 90.0, &day)
            })
            .collect()
    }

    fn ids(page: &Page<'_>) -> Vec<String> {
        page.rows.iter().map(|r| r.id().to_owned()).collect()
    }

    /// What every row says when it is asked itself.
    fn asked_one_by_one(rows: &[Arc<Row>], query: &Query) -> Vec<String> {
        let taken = rows.iter().filter(|r| query.takes(&r.shown()));
        taken.map(|r| r.id().to_owned()).collect()
    }

    #[test]
    fn the_index_finds_what_asking_every_row_finds() {
        let rows = many(3_000);
        let view = View::of(rows.clone());
        let mut queries: Vec<Query> = [
            "-10,-10,10,10",
            "170,-50,-170,50",
            "-180,-90,180,90",
            "30,30,40.5,40",
        ]
        .iter()
        .map(|b| Query {
            bbox: Some(parse_bbox(b).expect("a box")),
            ..Query::default()
        })
        .collect();
        for filter in [
            "S_WITHIN(geometry, BBOX(0, 0, 60, 60))",
            "date_start >= DATE('2022-06-10') AND S_INTERSECTS(geometry, POLYGON((0 0, 90 0, 0 80, 0 0)))",
            "T_INTERSECTS(INTERVAL(date_start, date_end), INTERVAL('2022-06-10', '2022-06-12'))",
            "type = 'airstrike' OR type = 'shelling'",
            "NOT type IN ('airstrike')",
            "date_start BETWEEN '2022-06-03' AND '2022-06-04'",
            "kind = 'strike' AND date_end < DATE('2022-06-05')",
        ] {
            let filter = Filter::from_text(filter, &Crs::Crs84).expect("a filter");
            queries.push(Query {
                filter: Some(filter),
                ..Query::default()
            });
        }
        queries.push(Query::default());
        for query in &queries {
            let page = view.page(None, query, None, usize::MAX);
            let expected = asked_one_by_one(&rows, query);
            assert_eq!(ids(&page), expected, "{query:?}");
            assert_eq!(page.matched, expected.len());
        }
    }

    #[test]
    fn pages_add_up_to_the_whole_also_after_changes() {
        let rows = many(700);
        let changed = row(5, 1.0, 1.0, "2022-07-01");
        let new = row(900, 2.0, 2.0, "2022-07-01");
        let changes = [
            ("inc-00005".to_owned(), Some(changed)),
            ("inc-00007".to_owned(), None),
            ("inc-00900".to_owned(), Some(new)),
        ];
        let laid = View::of(rows.clone()).with(&changes);
        let mut all = rows;
        all[5] = Arc::clone(changes[0].1.as_ref().expect("a row"));
        all.remove(7);
        all.push(Arc::clone(changes[2].1.as_ref().expect("a row")));
        assert_eq!(laid.len(), 700);
        assert!(laid.row("inc-00007").is_none());
        let boxed = Query {
            bbox: Some(parse_bbox("-90,-60,90,60").expect("a box")),
            ..Query::default()
        };
        for query in [Query::default(), boxed] {
            let expected = asked_one_by_one(&all, &query);
            let mut seen = Vec::new();
            let mut after: Option<String> = None;
            loop {
                let page = laid.page(Some(Layer::Incidents), &query, after.as_deref(), 64);
                assert_eq!(page.matched, expected.len());
                seen.extend(ids(&page));
                after = seen.last().cloned();
                if !page.more {
                    break;
                }
            }
            assert_eq!(seen, expected);
        }
    }

    #[test]
    fn many_changes_are_sorted_in() {
        let view = View::of(many(6_000));
        let changes: Vec<_> = (0..5_000).map(|n| (format!("inc-{n:05}"), None)).collect();
        let left = view.with(&changes);
        assert!(left.gone.is_empty() && left.fresh.is_empty());
        assert_eq!(left.len(), 1_000);
        let new: Vec<_> = many(5_000)
            .into_iter()
            .map(|r| (r.id().to_owned(), Some(r)))
            .collect();
        let grown = left.with(&new);
        assert!(grown.fresh.is_empty());
        let curves: Vec<u64> = grown.base.heads.iter().map(|h| curve(h.x, h.y)).collect();
        assert!(curves.is_sorted());
        let boxed = Query {
            bbox: Some(parse_bbox("-90,-60,90,60").expect("a box")),
            ..Query::default()
        };
        let all: Vec<Arc<Row>> = grown.base.rows.clone();
        assert_eq!(
            ids(&grown.page(None, &boxed, None, usize::MAX)),
            asked_one_by_one(&all, &boxed)
        );
        assert_eq!(grown.len(), 6_000);
    }

    #[test]
    fn the_tiles_of_every_zoom_hold_every_point_once() {
        let view = View::of(many(2_000)).with(&[("inc-00003".to_owned(), None)]);
        let query = Query::default();
        let probe = Probe::new(&query, Some(Layer::Incidents));
        for z in 0..5_u8 {
            let mut seen = 0;
            for x in 0..1_u32 << z {
                for y in 0..1_u32 << z {
                    view.in_tile((z, x, y), &probe, |_, _| seen += 1);
                }
            }
            assert_eq!(seen, 1_999, "zoom {z}");
        }
    }
}
