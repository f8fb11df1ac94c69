// Borders drawn dashed: disputed, claimed, or a line where fighting stopped.
//
// Natural Earth draws who holds the ground; it does not mark every line that somebody disputes. Each row
// names a stretch between two countries (ISO 3166 numeric codes), within a box [west, south, east, north]
// where only a part of the border is meant, and a source that says so. Dashing takes no side: it says that
// a serious source does not hold the line to be settled.
//
// Borders that touch a territory without an ISO code in the data (Kosovo, Northern Cyprus, the UN buffer
// zone, Somaliland, the Siachen glacier, ...) are dashed without a row here, except those in `UNDISPUTED`.

/** Every border of these is dashed. */
export const TERRITORIES = [
  {
    code: '732',
    what: 'Western Sahara',
    source: 'UN list of Non-Self-Governing Territories; Security Council resolution 690 (1991)',
  },
  {
    code: '275',
    what: 'Gaza and the West Bank',
    source: '1949 armistice lines; Security Council resolution 2334 (2016)',
  },
];

export const STRETCHES = [
  {
    between: ['804', '643'],
    box: [32, 45, 36.8, 46.4],
    what: 'Crimea, at Perekop',
    source: 'General Assembly resolution 68/262 (2014)',
  },
  { between: ['376', '760'], what: 'Golan', source: 'Security Council resolutions 350 (1974) and 497 (1981)' },
  { between: ['376', '422'], what: 'Blue Line', source: 'Security Council resolutions 425 (1978) and 1701 (2006)' },
  {
    between: ['356', '586'],
    box: [73, 32.3, 78.5, 37.5],
    what: 'Kashmir, Line of Control',
    source: 'Simla Agreement (1972); UNMOGIP',
  },
  {
    between: ['356', '156'],
    box: [76, 31, 81.5, 36.5],
    what: 'Aksai Chin, Line of Actual Control',
    source: 'India-China agreement of 7 September 1993',
  },
  {
    between: ['356', '156'],
    box: [91, 26, 98, 30],
    what: 'Arunachal Pradesh',
    source: 'India-China agreement of 7 September 1993',
  },
  {
    between: ['586', '156'],
    what: 'Trans-Karakoram tract',
    source: 'China-Pakistan agreement of 2 March 1963, article 6 (provisional until Kashmir is settled)',
  },
  {
    between: ['064', '156'],
    what: 'Bhutan and China, not agreed',
    source: 'Bhutan-China memorandum of 14 October 2021',
  },
  {
    between: ['004', '586'],
    what: 'Durand Line',
    source: 'not recognised by Afghanistan; Natural Earth, disputed boundaries',
  },
  { between: ['408', '410'], what: 'Korea, Military Demarcation Line', source: 'Armistice Agreement of 27 July 1953' },
  {
    between: ['729', '728'],
    what: 'Sudan and South Sudan, with Abyei',
    source: 'Security Council resolution 1990 (2011) and later UNISFA mandates',
  },
  {
    between: ['818', '729'],
    box: [33, 21.5, 37.5, 23.6],
    what: 'Halaib triangle and Bir Tawil',
    source: 'UN Geospatial, map 3707; Natural Earth, disputed areas',
  },
  { between: ['404', '728'], what: 'Ilemi triangle', source: 'Natural Earth, disputed areas; UN Geospatial, map 4450' },
  { between: ['231', '706'], what: 'Ogaden, provisional administrative line', source: 'UN Geospatial, map 3690' },
  {
    between: ['328', '862'],
    what: 'Essequibo',
    source: 'International Court of Justice, Arbitral Award of 3 October 1899 (pending)',
  },
  {
    between: ['328', '740'],
    box: [-58.2, 1.8, -56, 4.2],
    what: 'New River triangle',
    source: 'Natural Earth, disputed areas',
  },
  {
    between: ['084', '320'],
    what: 'Belize and Guatemala',
    source: "International Court of Justice, Guatemala's Territorial, Insular and Maritime Claim (pending)",
  },
  {
    between: ['051', '031'],
    what: 'Armenia and Azerbaijan, not delimited',
    source: 'Alma-Ata Declaration commissions on delimitation, 2022 onwards',
  },
  {
    between: ['116', '764'],
    box: [102, 13.5, 105.6, 14.6],
    what: 'Preah Vihear and Ta Moan',
    source: 'International Court of Justice, judgments of 1962 and 2013',
  },
];

/** Leased ground and bases without an ISO code whose lines nobody disputes: not drawn at all. */
export const UNDISPUTED = ['Baikonur', 'USNB Guantanamo Bay', 'Akrotiri', 'Dhekelia'];
