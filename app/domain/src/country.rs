//! Countries, as their two letters.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A country by the two letters of ISO 3166-1, such as `DE`. Which letters stand for one, whoever looked them up knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Country([u8; 2]);

/// The text is no pair of letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be the two letters of a country, for example DE")]
pub struct InvalidCountry;

impl Country {
    /// Reads two letters in any case.
    pub fn parse(text: &str) -> Result<Self, InvalidCountry> {
        match text.as_bytes() {
            [first, second] if first.is_ascii_alphabetic() && second.is_ascii_alphabetic() => {
                Ok(Self([first.to_ascii_uppercase(), second.to_ascii_uppercase()]))
            }
            _ => Err(InvalidCountry),
        }
    }

    /// Its usual English name, if the letters stand for one.
    pub fn name(self) -> Option<&'static str> {
        let letters = self.to_string();
        NAMES.split('|').find_map(|line| line.strip_prefix(letters.as_str())?.strip_prefix(' '))
    }

    /// As the databases write it: 26 times the first letter (A is 0) plus the second, plus 1.
    pub fn code(self) -> i16 {
        let place = |letter: u8| i16::from(letter - b'A');
        place(self.0[0]) * 26 + place(self.0[1]) + 1
    }

    /// Reads what [`Country::code`] writes.
    pub fn from_code(code: i16) -> Option<Self> {
        let place = u8::try_from((code - 1).div_euclid(26)).ok().filter(|place| *place < 26)?;
        let second = u8::try_from((code - 1).rem_euclid(26)).ok()?;
        Some(Self([b'A' + place, b'A' + second]))
    }
}

impl fmt::Display for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|letter| write!(f, "{}", char::from(*letter)))
    }
}

impl TryFrom<String> for Country {
    type Error = InvalidCountry;

    fn try_from(text: String) -> Result<Self, InvalidCountry> {
        Self::parse(&text)
    }
}

impl From<Country> for String {
    fn from(country: Country) -> Self {
        country.to_string()
    }
}

/// The two letters of ISO 3166-1 and the usual English name of each, in the order of letters.
const NAMES: &str = "AD Andorra|AE United Arab Emirates|AF Afghanistan|AG Antigua and Barbuda|AI Anguilla|AL Albania|\
    AM Armenia|AO Angola|AQ Antarctica|AR Argentina|AS American Samoa|AT Austria|AU Australia|AW Aruba|\
    AX Åland Islands|AZ Azerbaijan|BA Bosnia and Herzegovina|BB Barbados|BD Bangladesh|BE Belgium|\
    BF Burkina Faso|BG Bulgaria|BH Bahrain|BI Burundi|BJ Benin|BL Saint Barthélemy|BM Bermuda|BN Brunei|\
    BO Bolivia|BQ Caribbean Netherlands|BR Brazil|BS Bahamas|BT Bhutan|BW Botswana|BY Belarus|BZ Belize|\
    CA Canada|CC Cocos Islands|CD DR Congo|CF Central African Republic|CG Congo|CH Switzerland|\
    CI Côte d’Ivoire|CK Cook Islands|CL Chile|CM Cameroon|CN China|CO Colombia|CR Costa Rica|CU Cuba|\
    CV Cape Verde|CW Curaçao|CX Christmas Island|CY Cyprus|CZ Czechia|DE Germany|DJ Djibouti|DK Denmark|\
    DM Dominica|DO Dominican Republic|DZ Algeria|EC Ecuador|EE Estonia|EG Egypt|EH Western Sahara|\
    ER Eritrea|ES Spain|ET Ethiopia|FI Finland|FJ Fiji|FK Falkland Islands|FM Micronesia|FO Faroe Islands|\
    FR France|GA Gabon|GB United Kingdom|GD Grenada|GE Georgia|GF French Guiana|GG Guernsey|GH Ghana|\
    GI Gibraltar|GL Greenland|GM Gambia|GN Guinea|GP Guadeloupe|GQ Equatorial Guinea|GR Greece|GT Guatemala|\
    GU Guam|GW Guinea-Bissau|GY Guyana|HK Hong Kong|HN Honduras|HR Croatia|HT Haiti|HU Hungary|ID Indonesia|\
    IE Ireland|IL Israel|IM Isle of Man|IN India|IQ Iraq|IR Iran|IS Iceland|IT Italy|JE Jersey|JM Jamaica|\
    JO Jordan|JP Japan|KE Kenya|KG Kyrgyzstan|KH Cambodia|KI Kiribati|KM Comoros|KN Saint Kitts and Nevis|\
    KP North Korea|KR South Korea|KW Kuwait|KY Cayman Islands|KZ Kazakhstan|LA Laos|LB Lebanon|\
    LC Saint Lucia|LI Liechtenstein|LK Sri Lanka|LR Liberia|LS Lesotho|LT Lithuania|LU Luxembourg|LV Latvia|\
    LY Libya|MA Morocco|MC Monaco|MD Moldova|ME Montenegro|MF Saint Martin|MG Madagascar|\
    MH Marshall Islands|MK North Macedonia|ML Mali|MM Myanmar|MN Mongolia|MO Macao|\
    MP Northern Mariana Islands|MQ Martinique|MR Mauritania|MS Montserrat|MT Malta|MU Mauritius|MV Maldives|\
    MW Malawi|MX Mexico|MY Malaysia|MZ Mozambique|NA Namibia|NC New Caledonia|NE Niger|NG Nigeria|\
    NI Nicaragua|NL Netherlands|NO Norway|NP Nepal|NR Nauru|NU Niue|NZ New Zealand|OM Oman|PA Panama|\
    PE Peru|PF French Polynesia|PG Papua New Guinea|PH Philippines|PK Pakistan|PL Poland|\
    PM Saint Pierre and Miquelon|PR Puerto Rico|PS Palestine|PT Portugal|PW Palau|PY Paraguay|QA Qatar|\
    RE Réunion|RO Romania|RS Serbia|RU Russia|RW Rwanda|SA Saudi Arabia|SB Solomon Islands|SC Seychelles|\
    SD Sudan|SE Sweden|SG Singapore|SH Saint Helena|SI Slovenia|SK Slovakia|SL Sierra Leone|SM San Marino|\
    SN Senegal|SO Somalia|SR Suriname|SS South Sudan|ST São Tomé and Príncipe|SV El Salvador|\
    SX Sint Maarten|SY Syria|SZ Eswatini|TC Turks and Caicos Islands|TD Chad|TG Togo|TH Thailand|\
    TJ Tajikistan|TK Tokelau|TL Timor-Leste|TM Turkmenistan|TN Tunisia|TO Tonga|TR Türkiye|\
    TT Trinidad and Tobago|TV Tuvalu|TW Taiwan|TZ Tanzania|UA Ukraine|UG Uganda|US United States|UY Uruguay|\
    UZ Uzbekistan|VA Vatican City|VC Saint Vincent and the Grenadines|VE Venezuela|\
    VG British Virgin Islands|VI US Virgin Islands|VN Vietnam|VU Vanuatu|WF Wallis and Futuna|WS Samoa|\
    XK Kosovo|YE Yemen|YT Mayotte|ZA South Africa|ZM Zambia|ZW Zimbabwe";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_pair_of_letters_has_a_code_of_its_own() {
        let letters = || b'A'..=b'Z';
        let mut last = 0;
        for country in letters().flat_map(|first| letters().map(move |second| Country([first, second]))) {
            assert_eq!(country.code(), last + 1);
            assert_eq!(Country::from_code(country.code()), Some(country));
            last = country.code();
        }
        assert_eq!([0, -1, 677, i16::MAX, i16::MIN + 1].map(Country::from_code), [None; 5]);
    }

    #[test]
    fn countries_have_their_usual_names() {
        let name = |letters: &str| Country::parse(letters).unwrap().name();
        assert_eq!(["de", "GB", "ZW", "AD"].map(name), ["Germany", "United Kingdom", "Zimbabwe", "Andorra"].map(Some));
        assert_eq!(name("ZZ"), None);
        assert!(NAMES.split('|').all(|line| line.len() > 4 && line.as_bytes()[2] == b' '));
    }

    #[test]
    fn letters_are_read_in_any_case_and_nothing_else_is() {
        assert_eq!(Country::parse("de").unwrap().to_string(), "DE");
        for text in ["", "D", "DEU", "D1", "ÄÖ", "d ", "é"] {
            assert_eq!(Country::parse(text), Err(InvalidCountry), "{text}");
        }
    }

    #[test]
    fn a_country_comes_back_as_it_was_sent() {
        let country = Country::parse("DE").unwrap();
        assert_eq!(serde_json::to_string(&country).unwrap(), "\"DE\"");
        assert_eq!(serde_json::from_str::<Country>("\"de\"").unwrap(), country);
        assert!(serde_json::from_str::<Country>("\"D\"").is_err());
    }
}
