// Made-up incidents column by column, in the form of `/explore/columns` (src/query/columns.rs).

/** What only an open incident shows, as there. */
const LEFT_OUT = new Set([
  'incident_id',
  'date_because',
  'date_edtf',
  'place_because',
  'place_alternatives',
  'place_basis',
  'iso3',
  'admin1_code',
  'admin2',
  'pcode',
  'country_by',
  'created',
  'updated',
  'report_ids',
  'source_urls',
]);

export function columns(features) {
  const shared = () => {
    const codes = new Map();
    const code = (value) => {
      if (value === null || value === undefined) return 0;
      if (!codes.has(value)) codes.set(value, codes.size + 1);
      return codes.get(value);
    };
    return { code, values: () => [...codes.keys()] };
  };
  const outlines = shared();
  const shapes = new Map();
  const outline = ({ geometry }) => {
    if (geometry === null || geometry.type === 'Point') return 0;
    if (!shapes.has(geometry)) shapes.set(geometry, JSON.stringify(geometry));
    return outlines.code(shapes.get(geometry));
  };
  const degree = (axis) => (it) =>
    it.geometry?.type === 'Point' ? Math.round(it.geometry.coordinates[axis] * 1e5) / 1e5 : null;
  const names = new Set(features.flatMap((it) => Object.keys(it.properties)).filter((name) => !LEFT_OUT.has(name)));
  const cells = [...names].flatMap((name) => {
    const told = features.map((it) => it.properties[name] ?? null);
    if (told.every((it) => it === null)) return [];
    const texts = shared();
    const codes = told.map(texts.code);
    const values = texts.values();
    const asTheyAre = told.some((it) => typeof it === 'number') || values.length * 2 > codes.length;
    return [[name, asTheyAre ? told : { values, codes }]];
  });
  const area = features.map(outline);
  return {
    placetime_columns: 1,
    ids: features.map((it) => it.id),
    lon: features.map(degree(0)),
    lat: features.map(degree(1)),
    area,
    areas: outlines.values().map((it) => JSON.parse(it)),
    columns: Object.fromEntries(cells),
  };
}
