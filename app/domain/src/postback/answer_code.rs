//! What a machine is answered: every code of an error and every code of a warning.
//!
//! The server answers with them, metrics count by them, and the guide explains each.

/// Makes an enum of codes with its `ALL` and its `as_str`, so that neither can lack one.
macro_rules! codes {
    ($(#[$about:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $text:literal,)+ }) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum $name {
            $($(#[$doc])* $variant,)+
        }

        impl $name {
            /// All of them, in their order.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The word in the answer.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)+
                }
            }
        }
    };
}

codes! {
    /// Why a request under `/api/` was refused: the member `error` of its answer. In the order of the checks.
    AnswerCode {
        /// The request can't be read as HTTP: a raw space or quote in its first line.
        MalformedRequest = "malformed_request",
        /// The headers have more than 32 KiB.
        HeadersTooLarge = "headers_too_large",
        /// Path and query have more than 8 KiB.
        UriTooLong = "uri_too_long",
        /// Nothing is under this path.
        NotFound = "not_found",
        /// Neither GET nor POST.
        MethodNotAllowed = "method_not_allowed",
        /// The body has more than 16 KiB, and the query names no click.
        BodyTooLarge = "body_too_large",
        /// The body is compressed, and the query names no click.
        UnsupportedEncoding = "unsupported_encoding",
        /// The body can't be read, or a name of ours holds neither text nor number.
        InvalidBody = "invalid_body",
        /// No key was sent.
        ApiKeyRequired = "api_key_required",
        /// There is no such key, or the click is another partner's.
        InvalidApiKey = "invalid_api_key",
        /// No click was named.
        ClickIdRequired = "click_id_required",
        /// No click has this id.
        ClickNotFound = "click_not_found",
        /// A status that can't be stored.
        InvalidStatus = "invalid_status",
        /// An amount that is no decimal.
        InvalidAmount = "invalid_amount",
        /// A commission that is no decimal.
        InvalidCommission = "invalid_commission",
        /// A currency that is no code.
        InvalidCurrency = "invalid_currency",
        /// A transaction id that can't be stored.
        InvalidTransactionId = "invalid_transaction_id",
        /// It could not be committed in time.
        Unavailable = "unavailable",
    }
}

codes! {
    /// What was odd about a postback that was recorded all the same: the first word of each of its `warnings`.
    WarningCode {
        /// A parameter came more than once.
        GivenTwice = "given_twice",
        /// A parameter came in query and body.
        InQueryAndBody = "in_query_and_body",
        /// Two names of one parameter had different values.
        AliasesDiffer = "aliases_differ",
        /// A name is one of ours but for its case or marks, and was not read.
        MisspeltName = "misspelt_name",
        /// A repeat differs from what is stored.
        IgnoredChange = "ignored_change",
        /// `&currency` went through HTML and stuck to another value.
        MangledCurrencyParameter = "mangled_currency_parameter",
        /// `&` went through HTML and became `&amp;`.
        MangledAmpersand = "mangled_ampersand",
        /// The body could not be read; the query was enough.
        BodyIgnored = "body_ignored",
        /// A value is a placeholder that nobody replaced.
        UnreplacedMacro = "unreplaced_macro",
        /// The status is none that earns, and none of the usual words for one that doesn't.
        StatusDoesNotCount = "status_does_not_count",
        /// A value is a program's word for nothing: `undefined`, `null`, `none`, `nan`.
        AbsentWord = "absent_word",
        /// The bytes of a value are not UTF-8.
        NotUtf8 = "not_utf8",
    }
}

impl AnswerCode {
    /// The HTTP status of the answer.
    pub const fn http_status(self) -> u16 {
        match self {
            Self::MalformedRequest
            | Self::InvalidBody
            | Self::ClickIdRequired
            | Self::InvalidStatus
            | Self::InvalidAmount
            | Self::InvalidCommission
            | Self::InvalidCurrency
            | Self::InvalidTransactionId => 400,
            Self::ApiKeyRequired => 401,
            Self::InvalidApiKey => 403,
            Self::NotFound | Self::ClickNotFound => 404,
            Self::MethodNotAllowed => 405,
            Self::BodyTooLarge => 413,
            Self::UriTooLong => 414,
            Self::UnsupportedEncoding => 415,
            Self::HeadersTooLarge => 431,
            Self::Unavailable => 503,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn codes_are_words_of_their_own() {
        let errors = AnswerCode::ALL.iter().map(|code| code.as_str());
        let all: Vec<_> = errors.chain(WarningCode::ALL.iter().map(|code| code.as_str())).collect();
        assert_eq!(all.iter().collect::<HashSet<_>>().len(), all.len());
        for code in all {
            assert!(
                code.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_'),
                "{code}"
            );
        }
    }

    #[test]
    fn each_refusal_has_its_status() {
        let statuses: Vec<_> = AnswerCode::ALL.iter().map(|code| (code.as_str(), code.http_status())).collect();
        let wanted = [
            ("malformed_request", 400),
            ("headers_too_large", 431),
            ("uri_too_long", 414),
            ("not_found", 404),
            ("method_not_allowed", 405),
            ("body_too_large", 413),
            ("unsupported_encoding", 415),
            ("invalid_body", 400),
            ("api_key_required", 401),
            ("invalid_api_key", 403),
            ("click_id_required", 400),
            ("click_not_found", 404),
            ("invalid_status", 400),
            ("invalid_amount", 400),
            ("invalid_commission", 400),
            ("invalid_currency", 400),
            ("invalid_transaction_id", 400),
            ("unavailable", 503),
        ];
        assert_eq!(statuses, wanted);
    }
}
