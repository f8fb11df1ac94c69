//! What happened: the incident types, the map's kinds, and the words of other vocabularies.

/// One of the map's groups; drawn as a shape and a colour.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Kind {
    /// Fights of armed sides and places taken.
    Clash,
    /// Fire from afar and explosives.
    Strike,
    /// Violence against unarmed people.
    Civilians,
    /// Protests and riots.
    Protest,
    /// Other violence.
    Violence,
    /// Natural hazards and accidents.
    Hazard,
    /// The rest.
    Other,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 7] = [
        Self::Clash,
        Self::Strike,
        Self::Civilians,
        Self::Protest,
        Self::Violence,
        Self::Hazard,
        Self::Other,
    ];

    /// The code, as the columns write it.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Clash => "clash",
            Self::Strike => "strike",
            Self::Civilians => "civilians",
            Self::Protest => "protest",
            Self::Violence => "violence",
            Self::Hazard => "hazard",
            Self::Other => "other",
        }
    }
}

macro_rules! incident_types {
    ($($variant:ident $code:literal $label:literal $kind:ident $acled:literal $plover:literal;)*) => {
        /// The type of an incident. The table below is the one list: codes, words, kinds and the
        /// words of ACLED (sub-type) and PLOVER.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
        pub enum IncidentType { $(#[doc = $label] $variant,)* }

        impl IncidentType {
            /// Every type, in the order of the vocabulary.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The code of the vocabulary.
            #[must_use]
            pub fn code(self) -> &'static str { match self { $(Self::$variant => $code,)* } }

            /// The type in plain words.
            #[must_use]
            pub fn label(self) -> &'static str { match self { $(Self::$variant => $label,)* } }

            /// The map's group.
            #[must_use]
            pub fn kind(self) -> Kind { match self { $(Self::$variant => Kind::$kind,)* } }

            /// ACLED's sub-event type; empty where ACLED has none.
            #[must_use]
            pub fn acled(self) -> &'static str { match self { $(Self::$variant => $acled,)* } }

            /// PLOVER's event and mode; empty where PLOVER has none.
            #[must_use]
            pub fn plover(self) -> &'static str { match self { $(Self::$variant => $plover,)* } }
        }
    };
}

incident_types! {
    Airstrike "airstrike" "Air strike" Strike "Air/drone strike" "ASSAULT aerial";
    DroneStrike "drone_strike" "Drone strike" Strike "Air/drone strike" "ASSAULT drone";
    Shelling "shelling" "Shelling" Strike "Shelling/artillery/missile attack" "ASSAULT heavy-weapons";
    MissileStrike "missile_strike" "Missile strike" Strike "Shelling/artillery/missile attack" "ASSAULT heavy-weapons";
    BombingIed "bombing_ied" "Bombing" Strike "Remote explosive/landmine/IED" "ASSAULT explosives";
    SuicideBombing "suicide_bombing" "Suicide bombing" Strike "Suicide bomb" "ASSAULT suicide-attack";
    ChemicalAttack "chemical_attack" "Chemical attack" Strike "Chemical weapon" "ASSAULT unconventional";
    Clash "clash" "Armed clash" Clash "Armed clash" "ASSAULT firearms";
    TerritoryChange "territory_change" "Change of control" Clash "Non-violent transfer of territory" "RETREAT";
    AttackCivilians "attack_civilians" "Attack on civilians" Civilians "Attack" "ASSAULT targeted";
    Assassination "assassination" "Targeted killing" Civilians "Attack" "ASSAULT targeted";
    Abduction "abduction" "Abduction" Civilians "Abduction/forced disappearance" "ASSAULT abduct";
    SexualViolence "sexual_violence" "Sexual violence" Civilians "Sexual violence" "ASSAULT sexual";
    AttackOther "attack_other" "Attack, means not told" Violence "Armed clash" "ASSAULT";
    Raid "raid" "Raid" Violence "Other" "COERCE seize";
    Arrest "arrest" "Arrest" Violence "Arrests" "COERCE arrest";
    WeaponsSeized "weapons_seized" "Weapons seized or defused" Violence "Disrupted weapons use" "COERCE seize";
    AirEncounter "air_encounter" "Air encounter" Other "Other" "MOBILIZE";
    SeaIncident "sea_incident" "Incident at sea" Violence "Other" "THREATEN";
    ForcePosture "force_posture" "Deployment" Other "Headquarters or base established" "MOBILIZE troops";
    Protest "protest" "Protest" Protest "Peaceful protest" "PROTEST demo";
    Riot "riot" "Riot" Protest "Violent demonstration" "PROTEST riot";
    Crackdown "crackdown" "Force against protesters" Civilians "Excessive force against protesters" "ASSAULT crowd-control";
    Sabotage "sabotage" "Sabotage or looting" Violence "Looting/property destruction" "ASSAULT destroy";
    Explosion "explosion" "Explosion, cause not told" Strike "" "";
    Agreement "agreement" "Agreement" Other "Agreement" "AGREE";
    Earthquake "earthquake" "Earthquake" Hazard "" "";
    Flood "flood" "Flood" Hazard "" "";
    Storm "storm" "Storm" Hazard "" "";
    Wildfire "wildfire" "Wildfire" Hazard "" "";
    Landslide "landslide" "Landslide" Hazard "" "";
    Accident "accident" "Accident" Hazard "" "";
    Other "other" "Other" Other "Other" "";
}

impl IncidentType {
    /// The type of a code; `None` for a code not in the vocabulary.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|t| t.code() == code)
    }
}

macro_rules! codes {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident $code:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
        pub enum $name { $($(#[$vdoc])* $variant,)* }

        impl $name {
            /// Every value.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The code, as the columns write it.
            #[must_use]
            pub fn code(self) -> &'static str { match self { $(Self::$variant => $code,)* } }

            /// The value of a code; `None` for a code not in the list.
            #[must_use]
            pub fn from_code(code: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|v| v.code() == code)
            }
        }
    };
}
pub(crate) use codes;

codes! {
    /// The standing of one telling: does the report say that it happened?
    Standing {
        /// Told as fact.
        Happened "happened",
        /// Told as somebody's claim ("allegedly", "supposed").
        Claimed "claimed",
        /// Told with a denial.
        Disputed "disputed",
        /// Told as going on.
        Ongoing "ongoing",
        /// Told as history behind the news.
        Background "background",
        /// Told as a plan.
        Planned "planned",
        /// Told as what could be.
        Hypothetical "hypothetical",
        /// Told as not having happened.
        Negated "negated",
    }
}

impl Standing {
    /// True for the standings that become map features; the others are kept, but are no features.
    #[must_use]
    pub fn is_feature(self) -> bool {
        matches!(
            self,
            Self::Happened | Self::Claimed | Self::Disputed | Self::Ongoing
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_finds_its_type_again() {
        for t in IncidentType::ALL {
            assert_eq!(IncidentType::from_code(t.code()), Some(*t));
        }
    }
}
