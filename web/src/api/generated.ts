// Made by scripts/columns.mjs from the server's tables of columns and of incident types. Not for editing.

/** Columns of text, days and moments. Lists are joined by "; ". */
export const TEXTS = [
  /** The incident's id: given once, stable across re-reading. */
  'incident_id',
  /** One plain line: what, where, when, as told. */
  'title',
  /** What happened: a code of the vocabulary. */
  'type',
  /** The type in plain words. */
  'type_label',
  /** The map's group of the type: clash, strike, civilians, protest, violence, hazard, other. */
  'kind',
  /** Further marks: maritime, grenade, claimed, denied; joined by "; ". */
  'tags',
  /** Does any report say that it happened: happened, claimed, disputed, ongoing. */
  'standing',
  /** draft: read by a machine only; published: given out by a person or a rule; rejected. */
  'status',
  /** First possible day. */
  'date_start',
  /** Last possible day. */
  'date_end',
  /** Time of day with its zone, where told. */
  'time_start',
  /** End of a span of hours, where told. */
  'time_end',
  /** How closely the date is told: day, days, week, month, span, before, year, weekday, day_no_year, unknown. */
  'date_precision',
  /** The date as EDTF, levels 1 and 2; XXXX-06-15 for a day without a year. */
  'date_edtf',
  /** The report's words for the date. */
  'date_text',
  /** The rule that gave the days, in words. */
  'date_because',
  /** The gazetteer's name of the place. */
  'place',
  /** The gazetteer's id of the place, source:local-id. */
  'place_id',
  /** The reports' words for the place, joined by "; ". */
  'place_text',
  /** How closely the place is told: point, place, near_place, admin, region, country, sea, unknown. */
  'place_precision',
  /** On what the place rests: told, offset, inferred, imagery, ruling. */
  'place_basis',
  /** Why this place, heaviest reason first, joined by "; ". */
  'place_because',
  /** Candidates passed over, joined by "; ". */
  'place_alternatives',
  /** ISO 3166-1 alpha-2 code of the country. */
  'country',
  /** ISO 3166-1 alpha-3 code of the country. */
  'iso3',
  /** Name of the first-level division. */
  'admin1',
  /** ISO 3166-2 code, or the source's own, of the first-level division. */
  'admin1_code',
  /** Name of the second-level division. */
  'admin2',
  /** OCHA P-code of the place, where known. */
  'pcode',
  /** Whose view of the borders the country is: the data set the place comes from. */
  'country_by',
  /** Who did it, as told, joined by "; ". */
  'actors',
  /** According to whom they did it. */
  'actors_by',
  /** To whom or what it was done, joined by "; ". */
  'targets',
  /** What sort of target: health, school, aid, market, military ... */
  'target_kind',
  /** All figures in words: of whom, according to whom; joined by "; ". */
  'toll_text',
  /** unreviewed, confirmed, corrected. */
  'review',
  /** When the incident was first stored. */
  'created',
  /** When an account or ruling was last added. */
  'updated',
  /** Ids of the telling reports, joined by "; ". */
  'report_ids',
  /** Addresses of the telling reports, joined by "; ". */
  'source_urls',
  /** Publishers of the telling reports, joined by "; ". */
  'publishers',
] as const;

/** Columns of numbers. */
export const NUMBERS = [
  /** Nine times in ten the event lies within this many metres of the point; for an area the radius of the circle around it; empty without geometry. */
  'radius_m',
  /** At least so many killed, of everybody; empty when nothing was said of everybody, 0 only when said of all. */
  'killed_min',
  /** At most so many killed, of everybody; empty when no bound was said. */
  'killed_max',
  /** At least so many injured, of everybody. */
  'injured_min',
  /** At most so many injured, of everybody; empty when no bound was said. */
  'injured_max',
  /** At least so many civilians killed. */
  'civilians_killed_min',
  /** At most so many civilians killed; empty when no bound was said. */
  'civilians_killed_max',
  /** 0 to 1: how sure the reader is; the file's metadata say what it was calibrated on. */
  'confidence',
  /** Counts the changes, from 1. */
  'version',
  /** Independent sources: one agency's text in ten papers is one. */
  'source_count',
] as const;

/** Every type of incident with the map's group it belongs to. */
export const TYPES = {
  airstrike: 'strike',
  drone_strike: 'strike',
  shelling: 'strike',
  missile_strike: 'strike',
  bombing_ied: 'strike',
  suicide_bombing: 'strike',
  chemical_attack: 'strike',
  clash: 'clash',
  territory_change: 'clash',
  attack_civilians: 'civilians',
  assassination: 'civilians',
  abduction: 'civilians',
  sexual_violence: 'civilians',
  attack_other: 'violence',
  raid: 'violence',
  arrest: 'violence',
  weapons_seized: 'violence',
  air_encounter: 'other',
  sea_incident: 'violence',
  force_posture: 'other',
  protest: 'protest',
  riot: 'protest',
  crackdown: 'civilians',
  sabotage: 'violence',
  explosion: 'strike',
  agreement: 'other',
  earthquake: 'hazard',
  flood: 'hazard',
  storm: 'hazard',
  wildfire: 'hazard',
  landslide: 'hazard',
  accident: 'hazard',
  other: 'other',
} as const;
