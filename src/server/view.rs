//! The rows one kind of reader may see, and the index over them.
//!
//! Rows lie in the order of their ids; beside them a small head of each (position, days, type,
//! layer) lies in the order of a Z-curve over the map, in which every tile is one run and every
//! block of neighbours has a small box. A change is laid over that (rows gone, rows new) until
//! there are enough changes to sort anew, so that one ruling costs no sorting of a million rows.
//!
//! All readers share the rows and the index; what only some may see is marked in the heads.

use std::cmp::Ordering;
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, Mutex, OnceLock};

use gazetteer::{Extent, LonLat};

use super::order::{self, Order};
use super::postings::{Postings, Ranks};
use super::row::Row;
use super::snapshot::Whole;
use super::tiles::ZOOM_MAX;
use crate::formats::{COLUMNS, Geometry, Layer};
use crate::incident::{IncidentType, Kind};
use crate::query::row::{layer_number, status_number};
use crate::query::{Query, Subject as _, Words, day_number};

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
    /// True when everybody may see it.
    public: bool,
    /// Its source may not be given out: for those who decide only.
    kept_in: bool,
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
    /// One bit a type.
    types: u64,
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

/// The map's kinds, in the order of their numbers.
pub(super) const KINDS: [Kind; 7] = Kind::ALL;

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
        let middle = match row.shape() {
            Geometry::Point(at) => Some(at),
            _ => boxes.first().map(|b| b.centre()),
        };
        let (x, y) = middle.map_or((u32::MAX, u32::MAX), on_map);
        let (start, end) = row.days();
        Self {
            x,
            y,
            around: around.map_or([1, 1, 0, 0], |a| a.map(micro)),
            start,
            end,
            rank,
            kind: row.type_number(),
            layer: layer_number(row.layer()),
            status: status_number(row.status()),
            public: row.is_public(),
            kept_in: row.is_kept_in(),
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

    /// The tile of a zoom that it lies in.
    fn tile(self, z: u8) -> TileId {
        let at = |it: u32| if z == 0 { 0 } else { it >> (32 - u32::from(z)) };
        (z, at(self.x), at(self.y))
    }

    /// The day of [`day_of`].
    fn day(&self) -> Option<i32> {
        last_day((self.start, self.end))
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

/// Leaves the first so many in an order, sorted; true when there were more.
pub(super) fn first_of<T>(
    all: &mut Vec<T>,
    limit: usize,
    order: impl Fn(&T, &T) -> Ordering,
) -> bool {
    let more = all.len() > limit;
    if more {
        all.select_nth_unstable_by(limit, &order);
        all.truncate(limit);
    }
    all.sort_unstable_by(order);
    more
}

/// The day that lists go by: the last possible one, else the first.
pub(super) fn day_of(row: &Row) -> Option<i32> {
    last_day(row.days())
}

fn last_day((start, end): (i32, i32)) -> Option<i32> {
    match (start, end) {
        (i32::MIN, i32::MAX) => None,
        (start, i32::MAX) => Some(start),
        (_, end) => Some(end),
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
    /// What is kept in is left out.
    given_out: bool,
    /// The types asked for, one bit each by number.
    types: u64,
    /// The row itself has to be asked; otherwise only one that lies on the edge of `shape_in`, or
    /// is an area.
    asks_row: bool,
    /// The rows of the base that hold the words, where the index of words is there.
    found: Option<Ranks>,
}

fn meets(a: &[i32; 4], b: &[i32; 4]) -> bool {
    a[0] <= b[2] && a[2] >= b[0] && a[1] <= b[3] && a[3] >= b[1]
}

/// True for a point (told as a box) that no rounding could put outside: [`Probe::shape_in`] is a
/// millionth of a degree wider than what was asked, and positions are rounded to one.
fn lies_well_in(point: &[i32; 4], around: &[i32; 4]) -> bool {
    const MARGIN: i32 = 4;
    point[0] >= around[0] + MARGIN
        && point[2] <= around[2] - MARGIN
        && point[1] >= around[1] + MARGIN
        && point[3] <= around[3] - MARGIN
}

/// The bit of a type; all unknown ones share the last.
fn type_bit(number: usize) -> u64 {
    1 << number.min(63)
}

impl<'a> Probe<'a> {
    fn new(query: &'a Query, layer: Option<Layer>) -> Self {
        // An edge told with more digits than we give out still takes in what lies on it.
        let low = |d: f64| (d * 1e6 - 1e-3).ceil() as i32;
        let high = |d: f64| (d * 1e6 + 1e-3).floor() as i32;
        let boxes = query.bbox.iter().flat_map(|b| {
            b.halves()
                .map(|(w, e)| [low(w), low(b.south()), high(e), high(b.north())])
        });
        let bounds = query.bounds();
        let day = |d: Option<jiff::civil::Date>| d.map(day_number);
        let mut types = u64::MAX;
        for (column, values) in &bounds.one_of {
            for (n, t) in IncidentType::ALL.iter().enumerate() {
                let fits = match COLUMNS[*column].name {
                    "type" => values.iter().any(|v| v == t.code()),
                    "kind" => values.iter().any(|v| v == t.kind().code()),
                    _ => true,
                };
                if !fits {
                    types &= !type_bit(n);
                }
            }
        }
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
            given_out: false,
            types,
            asks_row: !bounds.complete,
            found: None,
            query,
        }
    }

    /// The same without what is kept in, as files and lists have it.
    pub(super) fn given_out(self) -> Self {
        Self {
            given_out: true,
            ..self
        }
    }

    /// True when everything is asked for: no head has to be looked at.
    fn takes_all(&self) -> bool {
        self.boxes.is_empty()
            && self.from == i32::MIN
            && self.to == i32::MAX
            && self.query.has_no_rest()
            && self.statuses & 0b011 == 0b011
    }

    fn may_hold(&self, block: &Block) -> bool {
        let shapeless = block.layers & 0b100 != 0;
        block.layers & self.layers != 0
            && block.types & self.types != 0
            && block.start <= self.to.min(self.overlaps.1)
            && block.end >= self.from.max(self.overlaps.0)
            && (self.boxes.is_empty()
                || shapeless
                || self.boxes.iter().any(|b| meets(b, &block.around)))
            && self.shape_in.is_none_or(|b| meets(&b, &block.around))
    }

    /// `is_fresh`: the head is none of the base.
    fn takes(&self, head: &Head, is_fresh: bool, row: impl FnOnce() -> &'a Row) -> bool {
        let unplaced = head.layer == 2;
        let quick = self.layers & 1 << head.layer != 0
            && self.statuses & 1 << head.status != 0
            && !(self.given_out && head.kept_in)
            && head.start <= self.to.min(self.overlaps.1)
            && head.end >= self.from.max(self.overlaps.0)
            && self.types & type_bit(usize::from(head.kind)) != 0
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
        let words = match &self.found {
            Some(found) if !is_fresh && !found.has(head.rank) => return false,
            Some(_) if !is_fresh => None,
            _ => self.query.words.as_ref(),
        };
        let asks_row = self.asks_row
            || self
                .shape_in
                .is_some_and(|b| head.layer != 0 || !lies_well_in(&head.around, &b));
        if !area && !asks_row && words.is_none() {
            return true;
        }
        let row = row();
        let boxed = !area
            || self
                .query
                .bbox
                .is_none_or(|bbox| row.boxes().iter().any(|b| b.intersects(bbox)));
        boxed
            && (!asks_row || self.query.takes_columns(row))
            && words.is_none_or(|words| words.takes(row))
    }
}

/// The rows sorted, and their heads.
#[derive(Debug, Default)]
struct Base {
    rows: Vec<Arc<Row>>,
    /// Along the Z-curve.
    heads: Vec<Head>,
    blocks: Vec<Block>,
    /// By rank: the layer, [`PUBLIC`] and [`KEPT_IN`].
    marks: Vec<u8>,
    /// All in each layer, those that everybody may see, and those kept in.
    counts: [[usize; 3]; 3],
    /// By rank: where the head lies.
    at: Vec<u32>,
    book: Arc<Book>,
    /// By rank in the book: the rank here, or [`NOWHERE`]. `None` when they are the same.
    moved: Option<Vec<u32>>,
    /// Ranks that the book does not know, in order.
    unbooked: Vec<u32>,
    orders: Mutex<Vec<(usize, Arc<OnceLock<Order>>)>>,
    /// The order by [`day_of`].
    days: Arc<OnceLock<Order>>,
}

/// The rank of what is no more.
const NOWHERE: u32 = u32::MAX;

/// Rows that the index of words need not know: so many are asked one by one in some milliseconds.
const UNBOOKED_MAX: usize = 16_384;

/// Columns whose order is kept: each takes eight bytes a row at most.
const ORDERS_MAX: usize = 6;

/// The index of words of some base, shared by those that were made of it.
#[derive(Debug, Default)]
struct Book {
    begun: AtomicBool,
    postings: OnceLock<Postings>,
}

/// The mark of a row that everybody may see.
const PUBLIC: u8 = 4;

/// The mark of a row whose source may not be given out.
const KEPT_IN: u8 = 8;

/// The layer's number in a mark.
const MARK_LAYER: u8 = 3;

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
                    types: 0,
                };
                for h in heads {
                    block.start = block.start.min(h.start);
                    block.end = block.end.max(h.end);
                    block.layers |= 1 << h.layer;
                    block.types |= type_bit(usize::from(h.kind));
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
        let mut marks = vec![0; rows.len()];
        let mut at = vec![0; rows.len()];
        let mut counts = [[0; 3]; 3];
        for (n, h) in heads.iter().enumerate() {
            at[h.rank as usize] = n as u32;
            let layer = usize::from(h.layer);
            marks[h.rank as usize] =
                h.layer | if h.public { PUBLIC } else { 0 } | if h.kept_in { KEPT_IN } else { 0 };
            counts[0][layer] += 1;
            counts[1][layer] += usize::from(h.public);
            counts[2][layer] += usize::from(h.kept_in);
        }
        Self {
            rows,
            heads,
            blocks,
            marks,
            counts,
            at,
            ..Self::default()
        }
    }

    /// The rows that hold the words; `None` as long as there is no index of words, which is begun.
    fn found(self: &Arc<Self>, words: &Words) -> Option<Ranks> {
        let Some(postings) = self.book.postings.get() else {
            self.begin_book();
            return None;
        };
        let mut found = postings.find(words);
        if let Some(moved) = &self.moved {
            let mut here = Ranks::none(self.rows.len());
            for rank in found.each() {
                let rank = moved[rank as usize];
                if rank != NOWHERE {
                    here.add(rank);
                }
            }
            found = here;
        }
        for rank in &self.unbooked {
            if words.takes(&*self.rows[*rank as usize]) {
                found.add(*rank);
            }
        }
        Some(found)
    }

    /// Makes the index of words aside, unless that was begun.
    fn begin_book(self: &Arc<Self>) {
        // Only the rows the book is made of have its ranks.
        if self.moved.is_none() && !self.book.begun.swap(true, Relaxed) {
            let base = Arc::clone(self);
            drop(std::thread::spawn(move || base.write_book()));
        }
    }

    fn write_book(&self) {
        self.book.postings.get_or_init(|| Postings::of(&self.rows));
    }

    /// An order, made when it is first asked for.
    fn order(&self, by: By) -> Arc<OnceLock<Order>> {
        let By::Column(column) = by else {
            self.days.get_or_init(|| {
                let mut days = vec![None; self.rows.len()];
                for head in &self.heads {
                    days[head.rank as usize] = head.day();
                }
                Order::of_days(&days)
            });
            return Arc::clone(&self.days);
        };
        let mut orders = super::held(&self.orders);
        let at = orders.iter().position(|(known, _)| *known == column);
        let it = match at {
            Some(at) => orders.remove(at),
            None => (column, Arc::default()),
        };
        // The last one asked for stands last; the first gives way.
        if orders.len() >= ORDERS_MAX {
            orders.remove(0);
        }
        let order = Arc::clone(&it.1);
        orders.push(it);
        drop(orders);
        order.get_or_init(|| Order::of(&self.rows, column));
        order
    }
}

impl Base {
    /// The same without the rows of some ranks (sorted) and with others (sorted by id). Heads are
    /// moved and not made anew: at a million rows that is the difference of a second.
    fn merged(&self, gone: &[u32], fresh: Vec<Arc<Row>>) -> Arc<Self> {
        let mut rows = Vec::with_capacity(self.rows.len() + fresh.len());
        let mut moved = vec![NOWHERE; self.rows.len()];
        let mut new_heads = Vec::with_capacity(fresh.len());
        let mut next = fresh.into_iter().peekable();
        let mut lost = gone.iter().copied().peekable();
        let mut new_ranks = Vec::new();
        let mut add = |rows: &mut Vec<Arc<Row>>, row: Arc<Row>| {
            new_ranks.push(rows.len() as u32);
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
            (rank != NOWHERE).then_some(Head { rank, ..*head })
        });
        for head in kept {
            let at = curve(head.x, head.y);
            while let Some(new) = new_heads.next_if(|new| curve(new.x, new.y) < at) {
                heads.push(new);
            }
            heads.push(head);
        }
        heads.extend(new_heads);
        let base = Self::with_heads(rows, heads);
        // The index of words goes on, as long as it knows most.
        let begun = self.book.begun.load(Relaxed);
        let mut unbooked: Vec<u32> = self.unbooked.iter().map(|r| moved[*r as usize]).collect();
        unbooked.retain(|rank| *rank != NOWHERE);
        unbooked.extend(new_ranks);
        unbooked.sort_unstable();
        if !begun || unbooked.len() > UNBOOKED_MAX {
            let base = Arc::new(base);
            if begun {
                base.begin_book();
            }
            return base;
        }
        let moved = match &self.moved {
            None => moved,
            Some(before) => {
                let on = |rank: &u32| match *rank {
                    NOWHERE => NOWHERE,
                    rank => moved[rank as usize],
                };
                before.iter().map(on).collect()
            }
        };
        Arc::new(Self {
            book: Arc::clone(&self.book),
            moved: Some(moved),
            unbooked,
            ..base
        })
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

/// Columns sorted by at most.
pub(super) const SORT_COLUMNS_MAX: usize = 4;

/// What an order goes by.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum By {
    /// A column, by its number.
    Column(usize),
    /// The day of [`day_of`].
    Day,
}

/// A page of rows in the order of some values (and whether the greatest comes first), then of the ids.
pub(super) struct Sorted<'a> {
    pub(super) by: &'a [(By, bool)],
    pub(super) from: Option<&'a Behind<'a>>,
    /// What stands before [`Sorted::from`] is asked for, not what stands behind it.
    pub(super) back: bool,
    pub(super) limit: usize,
}

/// A place among the sorted rows: these values, and the row of this id that has them.
pub(super) struct Behind<'a> {
    pub(super) id: &'a str,
    /// Whether the value of the n-th column sorted by is known.
    pub(super) is_known: &'a dyn Fn(usize) -> bool,
    /// How the n-th of these columns of a row, which is known, stands to the value.
    pub(super) order: &'a dyn Fn(usize, &Row) -> Ordering,
}

/// A tile's number: zoom, column, row.
pub(super) type TileId = (u8, u32, u32);

/// All rows at one moment.
#[derive(Debug, Default)]
struct Laid {
    base: Arc<Base>,
    /// Ranks of the base that are no more, or were changed; sorted.
    gone: Vec<u32>,
    /// Rows new or changed, sorted by id, and their heads.
    fresh: Vec<Arc<Row>>,
    fresh_heads: Vec<Head>,
}

impl Laid {
    /// The same with changes: ids, each with its row or none.
    fn with(&self, changes: &[(String, Option<Arc<Row>>)]) -> Self {
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
                base: self.base.merged(&gone, fresh),
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
        }
    }

    fn row(&self, id: &str) -> Option<&Arc<Row>> {
        if let Ok(at) = self.fresh.binary_search_by(|r| r.id().cmp(id)) {
            return self.fresh.get(at);
        }
        let rank = self.base.rows.binary_search_by(|r| r.id().cmp(id)).ok()?;
        let is_gone = self.gone.binary_search(&(rank as u32)).is_ok();
        self.base.rows.get(rank).filter(|_| !is_gone)
    }
}

/// One row in so many, or fewer: they are looked at one by one, and no block is.
const SPARSE: usize = 32;

/// Changes at once up to which tiles are kept that they do not touch.
const TOUCHED_MAX: usize = 1_000;

/// The rows of one kind of reader at one moment.
#[derive(Debug, Default)]
pub(super) struct View {
    laid: Arc<Laid>,
    /// Only what everybody may see.
    public: bool,
    pub(super) whole: OnceLock<Option<Arc<Whole>>>,
    tiles: Mutex<HashMap<TileId, Arc<Whole>>>,
    answers: Mutex<HashMap<String, Arc<Whole>>>,
}

/// The views of those who decide and of everybody; `rows` are in any order.
pub(super) fn views(mut rows: Vec<Arc<Row>>) -> (View, View) {
    rows.sort_by_cached_key(|row| {
        let mut first = [0; 24];
        let id = row.id().as_bytes();
        let length = id.len().min(first.len());
        first[..length].copy_from_slice(&id[..length]);
        first
    });
    // Ids are shorter, as a rule; where they are not, all of them counts.
    if !rows.is_sorted_by(|a, b| a.id() < b.id()) {
        rows.sort_by(|a, b| a.id().cmp(b.id()));
    }
    both(Arc::new(Laid {
        base: Arc::new(Base::of(rows)),
        ..Laid::default()
    }))
}

fn both(laid: Arc<Laid>) -> (View, View) {
    let of = |public| View {
        laid: Arc::clone(&laid),
        public,
        ..View::default()
    };
    (of(false), of(true))
}

/// Both views with changes: ids, each with its row or none. A tile that none of them touches is
/// still the same and stays.
pub(super) fn renewed(
    (all, published): (&View, &View),
    changes: &[(String, Option<Arc<Row>>)],
) -> (View, View) {
    let after = Arc::new(all.laid.with(changes));
    let views = both(Arc::clone(&after));
    if changes.len() <= TOUCHED_MAX {
        for (before, now) in [(all, &views.0), (published, &views.1)] {
            let mut tiles = super::held(&before.tiles).clone();
            for (id, row) in changes {
                for row in [before.row(id), row.as_ref()].into_iter().flatten() {
                    let head = Head::of(row, 0);
                    for z in 0..=ZOOM_MAX {
                        tiles.remove(&head.tile(z));
                    }
                }
            }
            *super::held(&now.tiles) = tiles;
        }
    }
    views
}

impl View {
    /// How many rows.
    pub(super) fn len(&self) -> usize {
        self.counts().iter().sum()
    }

    /// How many rows in each layer.
    fn counts(&self) -> [usize; 3] {
        let laid = &*self.laid;
        let mut counts = laid.base.counts[usize::from(self.public)];
        for rank in &laid.gone {
            let mark = laid.base.marks[*rank as usize];
            counts[usize::from(mark & MARK_LAYER)] -= usize::from(self.shows(mark));
        }
        for head in &laid.fresh_heads {
            counts[usize::from(head.layer)] += usize::from(self.sees(head));
        }
        counts
    }

    /// How many match a question that takes all.
    fn count_all(&self, probe: &Probe<'_>) -> usize {
        let laid = &*self.laid;
        let mut counts = self.counts();
        // What is kept in nobody else sees.
        if probe.given_out && !self.public {
            for (layer, kept) in laid.base.counts[2].iter().enumerate() {
                counts[layer] -= kept;
            }
            for rank in &laid.gone {
                let mark = laid.base.marks[*rank as usize];
                counts[usize::from(mark & MARK_LAYER)] += usize::from(mark & KEPT_IN != 0);
            }
            for head in &laid.fresh_heads {
                counts[usize::from(head.layer)] -= usize::from(head.kept_in);
            }
        }
        let of_layer = |n: &usize| probe.layers & 1 << n != 0;
        (0..3).filter(of_layer).map(|n| counts[n]).sum()
    }

    /// True when a question that takes all takes the row of a rank.
    fn holds(&self, probe: &Probe<'_>, rank: u32) -> bool {
        let mark = self.laid.base.marks[rank as usize];
        probe.layers & 1 << (mark & MARK_LAYER) != 0
            && self.shows(mark)
            && !(probe.given_out && mark & KEPT_IN != 0)
            && !self.is_gone(rank)
    }

    /// True when this kind of reader may see it.
    fn sees(&self, head: &Head) -> bool {
        !self.public || head.public
    }

    fn shows(&self, mark: u8) -> bool {
        !self.public || mark & PUBLIC != 0
    }

    /// The row of an id.
    pub(super) fn row(&self, id: &str) -> Option<&Arc<Row>> {
        self.laid
            .row(id)
            .filter(|row| !self.public || row.is_public())
    }

    fn is_gone(&self, rank: u32) -> bool {
        !self.laid.gone.is_empty() && self.laid.gone.binary_search(&rank).is_ok()
    }

    /// A question made ready.
    pub(super) fn probe<'a>(&self, query: &'a Query, layer: Option<Layer>) -> Probe<'a> {
        let found = query.words.as_ref().and_then(|w| self.laid.base.found(w));
        Probe {
            found,
            ..Probe::new(query, layer)
        }
    }

    /// Makes the index of words, aside, and the order that the list of the map goes by.
    pub(super) fn begin_book(&self) {
        self.laid.base.begin_book();
        self.laid.base.order(By::Day);
    }

    /// Gives every head that matches, and its row.
    fn scan<'a>(&'a self, probe: &Probe<'a>, mut take: impl FnMut(&'a Head, bool)) {
        let base = &*self.laid.base;
        if let Some(found) = &probe.found
            && found.count() < base.rows.len() / SPARSE
        {
            for rank in found.each() {
                let head = &base.heads[base.at[rank as usize] as usize];
                if self.sees(head)
                    && probe.takes(head, false, || &base.rows[rank as usize])
                    && !self.is_gone(rank)
                {
                    take(head, false);
                }
            }
            return self.scan_fresh(probe, &mut take);
        }
        for (block, heads) in base.blocks.iter().zip(base.heads.chunks(BLOCK)) {
            if !probe.may_hold(block) {
                continue;
            }
            for head in heads {
                if self.sees(head)
                    && probe.takes(head, false, || &base.rows[head.rank as usize])
                    && !self.is_gone(head.rank)
                {
                    take(head, false);
                }
            }
        }
        self.scan_fresh(probe, &mut take);
    }

    fn scan_fresh<'a>(&'a self, probe: &Probe<'a>, take: &mut impl FnMut(&'a Head, bool)) {
        let laid = &*self.laid;
        for head in &laid.fresh_heads {
            if self.sees(head) && probe.takes(head, true, || &laid.fresh[head.rank as usize]) {
                take(head, true);
            }
        }
    }

    /// The row of a head that [`View::scan`] gave.
    fn row_of(&self, head: &Head, fresh: bool) -> &Arc<Row> {
        let laid = &*self.laid;
        let rows = if fresh { &laid.fresh } else { &laid.base.rows };
        &rows[head.rank as usize]
    }

    /// Every matching row and its head, in no order.
    pub(super) fn each<'a>(
        &'a self,
        layer: Option<Layer>,
        query: &'a Query,
        mut take: impl FnMut(&'a Head, &'a Arc<Row>),
    ) {
        let probe = self.probe(query, layer);
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
        let probe = self.probe(query, layer);
        let laid = &*self.laid;
        let base = &*laid.base;
        let behind =
            |rows: &[Arc<Row>]| after.map_or(0, |after| rows.partition_point(|r| r.id() <= after));
        let (first, first_fresh) = (behind(&base.rows) as u32, behind(&laid.fresh) as u32);
        let mut matched = 0;
        let mut ranks: Vec<u32> = Vec::new();
        let mut fresh: Vec<u32> = Vec::new();
        if probe.takes_all() {
            // Nothing to look for: the counts are known, and the rows lie in order.
            matched = self.count_all(&probe);
            let mut rank = first;
            while ranks.len() <= limit && (rank as usize) < base.rows.len() {
                if self.holds(&probe, rank) {
                    ranks.push(rank);
                }
                rank += 1;
            }
            self.scan_fresh(&probe, &mut |head, _| {
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
            .map(|n| &laid.fresh[n as usize])
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

    /// The page that ends just before an id, as a `prev` link asks for it; `more` says that others
    /// lie before it.
    pub(super) fn page_before<'a>(
        &'a self,
        layer: Option<Layer>,
        query: &'a Query,
        before: &str,
        limit: usize,
    ) -> Page<'a> {
        let probe = self.probe(query, layer);
        let laid = &*self.laid;
        let base = &*laid.base;
        let up_to = |rows: &[Arc<Row>]| rows.partition_point(|r| r.id() < before) as u32;
        let (end, end_fresh) = (up_to(&base.rows), up_to(&laid.fresh));
        let wanted = limit.saturating_add(1);
        let mut matched = 0;
        let mut rows: Vec<&Arc<Row>> = Vec::new();
        if probe.takes_all() {
            matched = self.count_all(&probe);
            let ranks = (0..end).rev().filter(|rank| self.holds(&probe, *rank));
            rows.extend(ranks.take(wanted).map(|rank| &base.rows[rank as usize]));
            self.scan_fresh(&probe, &mut |head, _| {
                if head.rank < end_fresh {
                    rows.push(&laid.fresh[head.rank as usize]);
                }
            });
        } else {
            self.scan(&probe, |head, is_fresh| {
                matched += 1;
                if head.rank < if is_fresh { end_fresh } else { end } {
                    rows.push(self.row_of(head, is_fresh));
                }
            });
        }
        let more = first_of(&mut rows, limit, |a, b| b.id().cmp(a.id()));
        rows.reverse();
        Page {
            matched,
            rows,
            more,
        }
    }

    /// How many match in all, and the rows that stand behind (or before) a place in some order: no
    /// more than a page needs and one of the base, and all that are fresh, wherever these stand. They
    /// come in no order. `only` is asked of what matches.
    pub(super) fn sorted<'a>(
        &'a self,
        probe: &Probe<'a>,
        sorted: &Sorted<'_>,
        mut only: Option<&mut dyn FnMut(&'a Head, &'a Row) -> bool>,
    ) -> (usize, Vec<&'a Arc<Row>>) {
        let base = &*self.laid.base;
        let orders: Vec<_> = sorted.by.iter().map(|(by, _)| base.order(*by)).collect();
        let orders: Vec<(&Order, bool)> = orders
            .iter()
            .zip(sorted.by)
            .filter_map(|(order, (_, down))| Some((order.get()?, *down)))
            .collect();
        let numbers_of = |rank: u32| {
            let mut numbers = [0; SORT_COLUMNS_MAX];
            for (number, (order, down)) in numbers.iter_mut().zip(&orders) {
                *number = order.number(rank, *down);
            }
            numbers
        };
        let from = sorted.from.map(|from| {
            let mut numbers = [0; SORT_COLUMNS_MAX];
            for (n, (order, down)) in orders.iter().enumerate() {
                numbers[n] = if (from.is_known)(n) {
                    order.number_of(&base.rows, |row| (from.order)(n, row), *down)
                } else {
                    Order::UNKNOWN
                };
            }
            // The row itself stands on neither side.
            let rank = base.rows.partition_point(|r| match r.id().cmp(from.id) {
                Ordering::Equal => !sorted.back,
                order => order.is_lt(),
            });
            (numbers, rank as u32)
        });
        let mut rows: Vec<&Arc<Row>> = Vec::new();
        let mut matched = 0;
        let found = if probe.takes_all() && only.is_none() {
            matched = self.count_all(probe);
            self.scan_fresh(probe, &mut |head, _| rows.push(self.row_of(head, true)));
            None
        } else {
            let mut found = Ranks::none(base.rows.len());
            self.scan(probe, |head, is_fresh| {
                if let Some(only) = &mut only
                    && !only(head, self.row_of(head, is_fresh))
                {
                    return;
                }
                matched += 1;
                if is_fresh {
                    rows.push(self.row_of(head, true));
                } else {
                    found.add(head.rank);
                }
            });
            Some(found)
        };
        let wanted = sorted.limit.saturating_add(1);
        let mut page: Vec<([u32; SORT_COLUMNS_MAX], u32)> = Vec::new();
        let add = |page: &mut Vec<_>, rank: u32| {
            let it = (numbers_of(rank), rank);
            let stands = |from| if sorted.back { it < from } else { it >= from };
            if from.is_none_or(stands) {
                page.push(it);
            }
        };
        match (orders.first(), &found) {
            // So few that walking would pass by many others.
            (_, Some(few))
                if matched.saturating_mul(matched) < base.rows.len().saturating_mul(wanted) =>
            {
                few.each().for_each(|rank| add(&mut page, rank));
            }
            (Some((first, down)), _) => {
                let alone = orders.len() == 1;
                let mut take = |rank: u32| {
                    // Rows alike in the first value may stand in any order by the others.
                    if page.len() >= wanted {
                        let last = page.last().map(|(_, last)| first.place(*last));
                        if alone || last != Some(first.place(rank)) {
                            return false;
                        }
                    }
                    if found
                        .as_ref()
                        .map_or_else(|| self.holds(probe, rank), |found| found.has(rank))
                    {
                        add(&mut page, rank);
                    }
                    true
                };
                let start = from.map(|(numbers, rank)| {
                    let rank = match (alone, sorted.back) {
                        (true, _) => rank,
                        (false, true) => u32::MAX,
                        (false, false) => 0,
                    };
                    (order::turned(numbers[0], *down), rank)
                });
                match start {
                    Some(start) if sorted.back => first.walk_back(*down, start, &mut take),
                    start => first.walk(*down, start, &mut take),
                }
            }
            (None, _) => {}
        }
        if page.len() > wanted {
            if sorted.back {
                page.select_nth_unstable_by(wanted, |a, b| b.cmp(a));
            } else {
                page.select_nth_unstable(wanted);
            }
            page.truncate(wanted);
        }
        rows.extend(page.iter().map(|(_, rank)| &base.rows[*rank as usize]));
        (matched, rows)
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
        let base = &*self.laid.base;
        let from = base.heads.partition_point(|h| curve(h.x, h.y) < first);
        for head in &base.heads[from..] {
            if curve(head.x, head.y) > last {
                break;
            }
            if inside(head)
                && self.sees(head)
                && probe.takes(head, false, || &base.rows[head.rank as usize])
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

    /// The tiles of a zoom that have points.
    pub(super) fn tiles_of(&self, z: u8) -> Vec<TileId> {
        let mut all: Vec<TileId> = Vec::new();
        let query = Query::default();
        // Along the curve the points of a tile follow each other.
        self.scan(&Probe::new(&query, Some(Layer::Incidents)), |head, _| {
            let id = head.tile(z);
            if all.last() != Some(&id) {
                all.push(id);
            }
        });
        all.sort_unstable();
        all.dedup();
        all
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
pub(super) mod tests {
    use super::*;
    use crate::incident::Incident;
    use crate::incident::Status;
    use crate::query::row::Areas;
    use crate::query::{Crs, Filter, parse_bbox};
    use crate::store::testing;

    fn row(n: usize, lon: f64, lat: f64, day: &str) -> Arc<Row> {
        let mut incident = Incident::of(testing::account(
            &format!("r{n}.txt"),
            day,
            Some((lon, lat)),
        ));
        incident.id = format!("inc-{n:05}");
        Arc::new(Row::of(&incident.shown(), &Areas::default()))
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

    fn view_of(rows: Vec<Arc<Row>>) -> View {
        views(rows).0
    }

    fn with(view: &View, changes: &[(String, Option<Arc<Row>>)]) -> View {
        renewed((view, view), changes).0
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
        let view = view_of(rows.clone());
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

    /// Rows that differ in what is said of them, drafts and published among each other.
    fn told(count: usize, from: usize) -> Vec<Arc<Row>> {
        let words = [
            "Hospital", "Häuser", "мост", "bombing", "bomb", "جسر", "market",
        ];
        let mut seed = 5 + from as u64;
        let mut random = move |below: u64| {
            seed = seed
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            ((seed >> 33) % below) as usize
        };
        (from..from + count)
            .map(|n| {
                let day = format!("20{:02}-06-{:02}", 10 + random(4), 1 + random(28));
                let at = (random(360) as f64 - 180.0, random(170) as f64 - 85.0);
                let mut account = testing::account("r.txt", &day, Some(at));
                account.place.text = format!("{} {}", words[random(7)], words[random(7)]);
                account.actors_by = (random(3) > 0).then(|| words[random(7)].to_owned());
                account.confidence = random(9) as f64 / 8.0;
                let mut incident = Incident::of(account);
                incident.id = format!("inc-{n:05}");
                let mut shown = incident.shown();
                if random(2) == 0 {
                    shown.status = Status::Published;
                }
                Arc::new(Row::of(&shown, &Areas::default()))
            })
            .collect()
    }

    /// Rows of every layer, some without a day or an end of it, some kept in, with few values so that
    /// many are alike.
    fn varied(count: usize, from: usize) -> Vec<Arc<Row>> {
        let kinds = ["airstrike", "shelling", "protest", "flood"];
        let mut chance = Chance(77 + from as u64);
        let outlines = Areas::default();
        (from..from + count)
            .map(|n| {
                let day = format!(
                    "20{:02}-06-{:02}",
                    10 + chance.below(3),
                    1 + chance.below(9)
                );
                let day = if chance.below(8) == 0 { "" } else { &day };
                let at = (chance.below(90) as f64, chance.below(80) as f64 - 40.0);
                let at = (chance.below(9) > 0).then_some(at);
                let mut account = testing::account("r.txt", day, at);
                match chance.below(12) {
                    0 => account.when.end = None,
                    1 => account.when.start = None,
                    _ => {}
                }
                account.kind = IncidentType::from_code(kinds[chance.below(4)]).expect("a type");
                account.actors_by =
                    (chance.below(3) > 0).then(|| format!("the {}", chance.below(3)));
                account.confidence = chance.below(5) as f64 / 4.0;
                account.terms.republish = chance.below(10) > 0;
                if let (Some(place), 0) = (&mut account.place.located, chance.below(4)) {
                    let west = chance.below(5) as f64;
                    let corner = |x, y| geo_types::Coord { x: west + x, y };
                    let ring =
                        [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 0.0)].map(|(x, y)| corner(x, y));
                    let outline = geo_types::Polygon::new(ring.to_vec().into(), Vec::new());
                    place.area = Some(geo_types::MultiPolygon(vec![outline]));
                    place.precision = gazetteer::Precision::Admin;
                }
                let mut incident = Incident::of(account);
                incident.id = format!("inc-{n:05}");
                if incident.given_out().is_none() {
                    return Arc::new(Row::given_out(&incident, &outlines));
                }
                let mut shown = incident.shown();
                if chance.below(2) == 0 {
                    shown.status = Status::Published;
                }
                Arc::new(Row::of(&shown, &outlines))
            })
            .collect()
    }

    /// Chance with a seed (Knuth's multiplier).
    pub(in crate::server) struct Chance(pub(in crate::server) u64);

    impl Chance {
        pub(in crate::server) fn below(&mut self, n: usize) -> usize {
            self.0 = self
                .0
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (self.0 >> 33) as usize % n
        }
    }

    /// [`states`] of rows of every sort.
    pub(in crate::server) fn varied_states() -> Vec<(View, View, Vec<Arc<Row>>)> {
        states_of(varied)
    }

    /// The rows each query takes, and those of them that everybody may see.
    pub(in crate::server) fn taken(
        rows: &[Arc<Row>],
        queries: &[Query],
    ) -> Vec<[Vec<Arc<Row>>; 2]> {
        let shown: Vec<_> = rows.iter().map(|row| row.shown()).collect();
        let of = |query: &Query| {
            let all = rows.iter().zip(&shown).filter(|pair| query.takes(pair.1));
            let all: Vec<Arc<Row>> = all.map(|(row, _)| Arc::clone(row)).collect();
            let public = all.iter().filter(|row| row.is_public()).cloned().collect();
            [all, public]
        };
        queries.iter().map(of).collect()
    }

    /// What a reader can ask of these rows.
    pub(in crate::server) fn varied_queries() -> Vec<Query> {
        let of = |filter: &str| Query {
            filter: Some(Filter::from_text(filter, &Crs::Crs84).expect("a filter")),
            ..Query::default()
        };
        vec![
            Query::default(),
            Query {
                statuses: vec![Status::Draft],
                ..Query::default()
            },
            Query {
                bbox: Some(parse_bbox("0,-40,40,20").expect("a box")),
                ..Query::default()
            },
            of("type = 'airstrike'"),
            of("actors_by IS NULL"),
            of("confidence > 2"),
            of("date_start < DATE('2011-06-05') AND place_text = 'al-Tanf'"),
        ]
    }

    /// The states a view goes through: as loaded, with some changes, with so many that all is
    /// sorted anew; each with the rows it must show.
    fn states() -> Vec<(View, View, Vec<Arc<Row>>)> {
        states_of(told)
    }

    fn states_of(told: fn(usize, usize) -> Vec<Arc<Row>>) -> Vec<(View, View, Vec<Arc<Row>>)> {
        let mut rows = told(3_000, 0);
        let (all, published) = views(rows.clone());
        all.laid.base.begin_book();
        all.laid.base.write_book();
        let few: Vec<(String, Option<Arc<Row>>)> = told(40, 2_980)
            .into_iter()
            .map(|row| (row.id().to_owned(), Some(row)))
            .chain((0..10).map(|n| (format!("inc-{:05}", n * 7), None)))
            .collect();
        let many: Vec<_> = told(6_000, 2_000)
            .into_iter()
            .map(|row| (row.id().to_owned(), Some(row)))
            .collect();
        let mut states = vec![(all, published, rows.clone())];
        for changes in [&few, &many] {
            let (all, published, _) = states.last().expect("one");
            let (all, published) = renewed((all, published), changes);
            for (id, row) in changes {
                match (rows.binary_search_by(|r| r.id().cmp(id)), row) {
                    (Ok(at), Some(row)) => rows[at] = Arc::clone(row),
                    (Ok(at), None) => drop(rows.remove(at)),
                    (Err(at), Some(row)) => rows.insert(at, Arc::clone(row)),
                    (Err(_), None) => {}
                }
            }
            states.push((all, published, rows.clone()));
        }
        states
    }

    #[test]
    fn words_are_found_by_the_index_as_by_asking_every_row() {
        for (n, (all, published, rows)) in states().into_iter().enumerate() {
            assert!(all.laid.base.book.postings.get().is_some(), "state {n}");
            for q in [
                "bomb",
                "hospital bomb",
                "hauser, мост",
                "جسر market",
                "b",
                "nothing",
                "h b m",
            ] {
                let query = Query {
                    words: Words::parse(q).ok(),
                    ..Query::default()
                };
                assert!(all.probe(&query, None).found.is_some());
                let expected = asked_one_by_one(&rows, &query);
                assert_eq!(
                    ids(&all.page(None, &query, None, usize::MAX)),
                    expected,
                    "{q}"
                );
                let public = rows
                    .iter()
                    .filter(|r| r.is_public())
                    .cloned()
                    .collect::<Vec<_>>();
                let expected = asked_one_by_one(&public, &query);
                let page = published.page(None, &query, None, 5);
                assert_eq!(page.matched, expected.len(), "{q}, state {n}");
            }
        }
    }

    #[test]
    fn the_front_of_an_order_is_what_sorting_every_row_gives() {
        let column = |name: &str| {
            COLUMNS
                .iter()
                .position(|c| c.name == name)
                .expect("a column")
        };
        let value = |row: &Row, n: usize| match row.cell(n) {
            crate::formats::Value::Null => None,
            value => Some(match value {
                crate::formats::Value::Text(text) => (text.into_owned(), 0.0),
                crate::formats::Value::Real(n) => (String::new(), n),
                _ => panic!("no such column is sorted here"),
            }),
        };
        let sorts = [
            vec![(column("date_start"), true)],
            vec![(column("actors_by"), false), (column("confidence"), true)],
            vec![(column("title"), false)],
            vec![(column("pcode"), true), (column("place_text"), true)],
        ];
        for (all, _, rows) in states() {
            for sort in &sorts {
                let order = |a: &Row, b: &Row| {
                    for (n, down) in sort {
                        let (a, b) = (value(a, *n), value(b, *n));
                        let order = match (&a, &b) {
                            (None, None) => Ordering::Equal,
                            (None, _) => Ordering::Greater,
                            (_, None) => Ordering::Less,
                            (Some(a), Some(b)) => {
                                let it = a.partial_cmp(b).expect("numbers");
                                if *down { it.reverse() } else { it }
                            }
                        };
                        if order.is_ne() {
                            return order;
                        }
                    }
                    a.id().cmp(b.id())
                };
                let mut sorted: Vec<&Arc<Row>> = rows.iter().collect();
                sorted.sort_by(|a, b| order(a, b));
                let query = Query::default();
                for start in [0, 1, 17, rows.len() / 2, rows.len() - 3] {
                    let last = start.checked_sub(1).map(|n| sorted[n]);
                    let is_known = |n: usize| last.is_some_and(|l| value(l, sort[n].0).is_some());
                    let stands = |n: usize, row: &Row| {
                        let values =
                            last.map(|last| (value(row, sort[n].0), value(last, sort[n].0)));
                        values
                            .and_then(|(a, b)| a.partial_cmp(&b))
                            .unwrap_or(Ordering::Equal)
                    };
                    let behind = last.map(|last| Behind {
                        id: last.id(),
                        is_known: &is_known,
                        order: &stands,
                    });
                    let by: Vec<(By, bool)> = sort
                        .iter()
                        .map(|(n, down)| (By::Column(*n), *down))
                        .collect();
                    let asked = Sorted {
                        by: &by,
                        from: behind.as_ref(),
                        back: false,
                        limit: 9,
                    };
                    let (matched, front) = all.sorted(&all.probe(&query, None), &asked, None);
                    assert_eq!(matched, rows.len());
                    let mut front: Vec<&Arc<Row>> = front
                        .into_iter()
                        .filter(|row| last.is_none_or(|last| order(row, last).is_gt()))
                        .collect();
                    front.sort_by(|a, b| order(a, b));
                    let ids = |rows: &[&Arc<Row>]| {
                        rows.iter()
                            .take(9)
                            .map(|r| r.id().to_owned())
                            .collect::<Vec<_>>()
                    };
                    assert_eq!(ids(&front), ids(&sorted[start..]), "{sort:?} from {start}");
                }
            }
        }
    }

    #[test]
    fn tiles_are_kept_exactly_as_long_as_they_are_the_same() {
        let counted = |view: &View, id: TileId| {
            let query = Query::default();
            let mut ids: Vec<String> = Vec::new();
            view.in_tile(
                id,
                &view.probe(&query, Some(Layer::Incidents)),
                |head, fresh| {
                    ids.push(format!(
                        "{} {:?}",
                        view.tile_row(head, fresh).id(),
                        view.tile_row(head, fresh).days()
                    ));
                },
            );
            ids.sort();
            ids.join("\n").into_bytes()
        };
        let (mut all, mut published) = views(told(2_000, 0));
        let mut kept = 0;
        for round in 0..6 {
            for view in [&all, &published] {
                for z in 0..=5 {
                    for id in view.tiles_of(z) {
                        let fresh = counted(view, id);
                        kept += usize::from(view.known_tile(id).is_some());
                        assert_eq!(view.tile(id, || fresh.clone()).plain, fresh, "{id:?}");
                    }
                }
            }
            let changes: Vec<(String, Option<Arc<Row>>)> = told(20, 1_990 + round * 3)
                .into_iter()
                .map(|row| (row.id().to_owned(), Some(row)))
                .chain([(format!("inc-{:05}", round * 11), None)])
                .collect();
            (all, published) = renewed((&all, &published), &changes);
        }
        assert!(kept > 1_000, "{kept}");
    }

    #[test]
    fn cells_of_every_zoom_sum_to_what_asking_every_row_finds() {
        let filters = [
            None,
            Some(
                "date_start >= DATE('2011-06-10') AND S_INTERSECTS(geometry, BBOX(-100, -60, 20.5, 60))",
            ),
            Some("type = 'airstrike' AND date_end < DATE('2012-06-15')"),
            Some("actors_by IS NULL"),
        ];
        for (all, published, rows) in states() {
            for filter in filters {
                let query = Query {
                    filter: filter.map(|f| Filter::from_text(f, &Crs::Crs84).expect("a filter")),
                    ..Query::default()
                };
                for (view, public) in [(&all, false), (&published, true)] {
                    let mine: Vec<_> = rows
                        .iter()
                        .filter(|r| !public || r.is_public())
                        .cloned()
                        .collect();
                    let expected = asked_one_by_one(&mine, &query).len();
                    assert_eq!(
                        view.page(None, &query, None, 0).matched,
                        expected,
                        "{filter:?}"
                    );
                    let probe = view.probe(&query, Some(Layer::Incidents));
                    for z in [0_u8, 3, 5] {
                        let mut sum = 0;
                        for x in 0..1_u32 << z {
                            for y in 0..1_u32 << z {
                                view.in_tile((z, x, y), &probe, |_, _| sum += 1);
                            }
                        }
                        assert_eq!(sum, expected, "{filter:?} at {z}");
                    }
                }
            }
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
        let laid = with(&view_of(rows.clone()), &changes);
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
            // And back again from behind the last.
            let (mut back, mut before) = (Vec::new(), "inc-99999".to_owned());
            loop {
                let page = laid.page_before(Some(Layer::Incidents), &query, &before, 64);
                assert_eq!(page.matched, expected.len());
                let mut page_ids = ids(&page);
                before.clone_from(&page_ids[0]);
                page_ids.extend(back);
                back = page_ids;
                if !page.more {
                    break;
                }
            }
            assert_eq!(back, expected);
        }
    }

    #[test]
    fn many_changes_are_sorted_in() {
        let view = view_of(many(6_000));
        let changes: Vec<_> = (0..5_000).map(|n| (format!("inc-{n:05}"), None)).collect();
        let left = with(&view, &changes);
        assert!(left.laid.gone.is_empty() && left.laid.fresh.is_empty());
        assert_eq!(left.len(), 1_000);
        let new: Vec<_> = many(5_000)
            .into_iter()
            .map(|r| (r.id().to_owned(), Some(r)))
            .collect();
        let grown = with(&left, &new);
        assert!(grown.laid.fresh.is_empty());
        let curves: Vec<u64> = grown
            .laid
            .base
            .heads
            .iter()
            .map(|h| curve(h.x, h.y))
            .collect();
        assert!(curves.is_sorted());
        let boxed = Query {
            bbox: Some(parse_bbox("-90,-60,90,60").expect("a box")),
            ..Query::default()
        };
        let all: Vec<Arc<Row>> = grown.laid.base.rows.clone();
        assert_eq!(
            ids(&grown.page(None, &boxed, None, usize::MAX)),
            asked_one_by_one(&all, &boxed)
        );
        assert_eq!(grown.len(), 6_000);
    }

    #[test]
    fn the_tiles_of_every_zoom_hold_every_point_once() {
        let view = with(&view_of(many(2_000)), &[("inc-00003".to_owned(), None)]);
        let query = Query::default();
        let probe = view.probe(&query, Some(Layer::Incidents));
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
