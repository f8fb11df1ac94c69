// What the made-up service answers to those who read, review and listen: rulings with versions and undo, reports
// kept in memory, a reader that knows a handful of words, a stream of changes. The shapes are the service's own;
// what they mean is decided there.

const TYPES = {
  struck: ['airstrike', 'Air strike', 'strike'],
  attack: ['attack_other', 'Attack, means not told', 'violence'],
  shelling: ['shelling', 'Shelling', 'strike'],
  clash: ['clash', 'Armed clash', 'clash'],
  protest: ['protest', 'Protest', 'protest'],
};

export function fake({ one, collection, reports, towns }) {
  let numbers = 0;
  let sequence = 0;
  const rulings = new Map();
  const before = new Map();
  const answered = new Map();
  const listeners = new Set();

  const tell = (id, what) => {
    sequence += 1;
    const version = one.get(id)?.properties.version ?? null;
    for (const response of listeners)
      response.write(`event: incident\nid: ${sequence}\ndata: ${JSON.stringify({ id, version, what })}\n\n`);
  };
  const flat = ({ properties: { accounts: _, rulings: __, ...row }, ...it }) => ({ ...it, properties: row });
  const put = (it) => {
    one.set(it.id, it);
    const at = collection.features.findIndex((f) => f.id === it.id);
    const gone = it.properties.status === 'rejected';
    if (at >= 0) collection.features.splice(at, 1, ...(gone ? [] : [flat(it)]));
    else if (!gone) collection.features.push(flat(it));
  };
  const drop = (id) => {
    const at = collection.features.findIndex((f) => f.id === id);
    if (at >= 0) collection.features.splice(at, 1);
  };
  const town = (words) => towns.find(([name]) => words.toLowerCase().includes(name.toLowerCase()));
  const candidate = ([name, lon, lat, country]) => ({
    name,
    id: `fixture:${name}`,
    kind: 'city',
    country,
    admin1: null,
    lat,
    lon,
    radius_m: 8000,
    precision: 'place',
    because: ['a city'],
  });

  const applied = (it, { verdict, ...more }) => {
    const row = { ...it.properties, version: it.properties.version + 1, updated: '2024-02-01T00:00:00Z' };
    let { geometry } = it;
    if (verdict === 'publish') row.status = 'published';
    if (verdict === 'reopen') row.status = 'draft';
    if (verdict === 'reject') row.status = 'rejected';
    if (verdict === 'confirm') row.review = 'confirmed';
    if (['move', 'date', 'type', 'toll', 'actors'].includes(verdict)) row.review = 'corrected';
    if (verdict === 'move') {
      const { place, radius_m } = more;
      const found = place?.id ? towns.find(([name]) => `fixture:${name}` === place.id) : null;
      const [lon, lat] = found ? [found[1], found[2]] : [place?.lon, place?.lat];
      geometry = place ? { type: 'Point', coordinates: [lon, lat] } : null;
      Object.assign(row, {
        place: place ? (found?.[0] ?? place.name ?? `${lat}, ${lon}`) : null,
        place_precision: place ? 'place' : 'unknown',
        place_basis: 'ruling',
        radius_m: place ? (radius_m ?? 8000) : null,
      });
    }
    if (verdict === 'date')
      Object.assign(row, { date_start: more.start, date_end: more.end, date_precision: more.precision });
    if (verdict === 'type') Object.assign(row, { type: more.type, type_label: more.type });
    if (verdict === 'toll') for (const [name, value] of Object.entries(more)) row[name] = value;
    if (verdict === 'actors')
      Object.assign(row, {
        ...(more.actors && { actors: more.actors.join('; ') || null }),
        ...(more.targets && { targets: more.targets.join('; ') || null }),
      });
    return { ...it, geometry, properties: row };
  };

  const readText = (text, published) => {
    const points = Array.from(text);
    const features = [];
    let at = 0;
    for (const sentence of text.split(/(?<=[.!?])\s+/)) {
      const start = Array.from(text.slice(0, text.indexOf(sentence, at))).length;
      at = text.indexOf(sentence, at) + sentence.length;
      const type = Object.keys(TYPES).find((word) => sentence.toLowerCase().includes(word));
      const where = town(sentence);
      if (!type || !where) continue;
      const length = Array.from(sentence).length;
      const span = (field, words) => {
        const from = start + Array.from(sentence.slice(0, sentence.toLowerCase().indexOf(words.toLowerCase()))).length;
        return {
          field,
          start: from,
          end: from + Array.from(words).length,
          text: points.slice(from, from + Array.from(words).length).join(''),
        };
      };
      const quotes = [
        { field: 'event', start, end: start + length, text: sentence },
        span('place', where[0]),
        span('type', type),
      ];
      const day = /on (\w+day)/.exec(sentence);
      if (day) quotes.push(span('date', day[1]));
      const [code, label, kind] = TYPES[type];
      const row = {
        incident_id: `read-${start}`,
        title: `${label} in ${where[0]}`,
        type: code,
        type_label: label,
        kind,
        standing: 'happened',
        status: 'draft',
        review: 'unreviewed',
        version: 1,
        date_start: day && published ? published : null,
        date_end: day && published ? published : null,
        date_precision: day ? (published ? 'day' : 'weekday') : 'unknown',
        date_text: day?.[0] ?? null,
        place: where[0],
        place_id: `fixture:${where[0]}`,
        place_text: where[0],
        place_precision: 'place',
        place_basis: 'told',
        country: where[3],
        radius_m: 8000,
      };
      features.push({
        type: 'Feature',
        id: row.incident_id,
        geometry: { type: 'Point', coordinates: [where[1], where[2]] },
        properties: {
          ...row,
          accounts: [
            { report: 'request', published, quotes, date_text: row.date_text, place_text: where[0], toll: [] },
          ],
          rulings: [],
        },
      });
    }
    return features;
  };

  const problem = (status, detail, more = {}) => ({
    status,
    type: 'application/problem+json',
    body: { title: detail, status, detail, ...more },
  });
  const rule = (id, body) => {
    const it = one.get(id);
    if (!it) return problem(404, `there is no incident ${id}`);
    const { why = '', version, ...decision } = body;
    if (version !== undefined && version !== it.properties.version)
      return problem(409, `you looked at version ${version} of ${id}, and it is at ${it.properties.version} now`, {
        current_version: it.properties.version,
        changed: (rulings.get(id) ?? []).slice(-1),
      });
    numbers += 1;
    const { verdict, ...detail } = decision;
    const ruling = {
      id: numbers,
      verdict,
      who: body.who ?? 'operator',
      at: '2024-02-01T10:00:00Z',
      why,
      undone_by: null,
      undoes: null,
      detail,
    };
    before.set(numbers, it);
    rulings.set(id, [...(rulings.get(id) ?? []), ruling]);
    let now = applied(it, decision);
    if (verdict === 'merge') {
      const other = one.get(decision.with);
      if (!other) return problem(404, `there is no incident ${decision.with}`);
      now = {
        ...now,
        properties: { ...now.properties, accounts: [...now.properties.accounts, ...other.properties.accounts] },
      };
      drop(decision.with);
      tell(decision.with, 'gone');
    }
    put(now);
    tell(id, verdict === 'reject' ? 'gone' : 'changed');
    return { status: 200, body: { ruling, incident: now } };
  };

  /** One report kept. */
  const store = (text, published) => {
    const id = `text-${reports.size}`;
    const tellings = readText(text, published).map((it) => {
      numbers += 1;
      const accounts = it.properties.accounts.map((a) => ({ ...a, report: id }));
      const stored = {
        ...it,
        id: `inc-${numbers}`,
        properties: { ...it.properties, incident_id: `inc-${numbers}`, accounts },
      };
      put(stored);
      tell(stored.id, 'new');
      return { incident_id: stored.id, quotes: it.properties.accounts[0].quotes };
    });
    reports.set(id, { id, title: null, url: null, publisher: null, published, text, accounts: tellings });
    return { id, made: tellings.map((it) => it.incident_id) };
  };

  /** A POST, or null when it is not one of ours. */
  const post = (path, query, text, headers) => {
    const key = headers['idempotency-key'];
    if (key && answered.has(key)) return answered.get(key);
    const answer = posted(path, query, text);
    if (key && answer) answered.set(key, answer);
    return answer;
  };
  const posted = (path, query, text) => {
    if (path === '/read') {
      const published = query.get('published');
      const features = readText(text, published);
      return {
        status: 200,
        body: {
          type: 'FeatureCollection',
          features,
          reports: [{ id: 'request', title: null, publisher: null, published, text }],
          notices: [],
        },
      };
    }
    if (path === '/reports') {
      const texts = text.startsWith('{"id"')
        ? text
            .trim()
            .split('\n')
            .map((line) => JSON.parse(line))
        : [{ text, published: query.get('published') }];
      const kept = texts.map((it) => store(it.text, it.published));
      return {
        status: 201,
        body: {
          reports: kept.map((it) => it.id),
          new: kept.flatMap((it) => it.made),
          merged: [],
          unchanged: 0,
          notices: [],
        },
      };
    }
    const ruled = /^\/incidents\/([^/]+)\/rulings$/.exec(path);
    if (ruled) return rule(ruled[1], JSON.parse(text));
    const undone = /^\/rulings\/(\d+)\/undo$/.exec(path);
    if (undone) {
      const number = Number(undone[1]);
      const it = before.get(number);
      if (!it) return problem(404, `there is no ruling ${number}`);
      numbers += 1;
      const version = one.get(it.id).properties.version + 1;
      put({ ...it, properties: { ...it.properties, version } });
      const list = rulings.get(it.id).map((r) => (r.id === number ? { ...r, undone_by: numbers } : r));
      rulings.set(it.id, [
        ...list,
        {
          id: numbers,
          verdict: 'undo',
          who: 'operator',
          at: '2024-02-01T10:01:00Z',
          why: '',
          undone_by: null,
          undoes: number,
          detail: {},
        },
      ]);
      tell(it.id, 'changed');
      return { status: 200, body: { incident: one.get(it.id) } };
    }
    if (path === '/incidents') {
      numbers += 1;
      const body = JSON.parse(text);
      const id = `inc-${numbers}`;
      const place = body.place ?? null;
      const found = place?.id ? towns.find(([name]) => `fixture:${name}` === place.id) : null;
      const it = {
        type: 'Feature',
        id,
        geometry: found
          ? { type: 'Point', coordinates: [found[1], found[2]] }
          : place
            ? { type: 'Point', coordinates: [place.lon, place.lat] }
            : null,
        properties: {
          incident_id: id,
          title: body.title ?? 'By hand',
          type: body.type,
          kind: 'other',
          standing: 'happened',
          status: 'draft',
          version: 1,
          date_start: body.date?.start ?? null,
          date_end: body.date?.end ?? null,
          date_precision: body.date?.precision ?? 'unknown',
          place: found?.[0] ?? null,
          accounts: [
            { report: body.report, quotes: [{ field: 'event', start: body.start, end: body.end, text: '' }], toll: [] },
          ],
          rulings: [],
        },
      };
      put(it);
      tell(id, 'new');
      return { status: 201, body: it };
    }
    if (path === '/gazetteer/resolve') {
      const { phrase } = JSON.parse(text);
      const first = towns.filter(([name]) => phrase.toLowerCase().includes(name.toLowerCase().slice(0, 4)));
      const others = towns.filter((it) => !first.includes(it)).slice(0, 3);
      return { status: 200, body: { results: [...first, ...others].map(candidate) } };
    }
    return null;
  };

  /** A GET of ours, or null. */
  const get = (path) => {
    const ruled = /^\/incidents\/([^/]+)\/rulings$/.exec(path);
    if (!ruled) return null;
    const it = one.get(ruled[1]);
    return it
      ? { status: 200, body: { incident_id: it.id, version: it.properties.version, rulings: rulings.get(it.id) ?? [] } }
      : problem(404, 'no such incident');
  };

  const listen = (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    response.write(': hello\n\n');
    listeners.add(response);
    response.on('close', () => listeners.delete(response));
  };

  return { get, post, listen, listeners, turn: () => sequence };
}
