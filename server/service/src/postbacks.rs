//! A postback is received.

use domain::{
    Amount, AnswerCode, ClickId, ConversionStatus, Currency,
    conversion::{NotRecorded, decide},
    postback::{ClickReference, InvalidValue, Postback, Values, Warning},
};
use store::{
    StoreError,
    conversions::{ConversionOutcome, NewConversion, StoredConversion, find_click_owner},
    organisations::api_keys::find_key_owner,
};

use crate::{Service, recorder::COMMIT_DEADLINE, secrets::hash};

/// What a postback is answered with, in the order of the contract's checks.
#[derive(Debug)]
pub enum PostbackOutcome {
    /// No key.
    ApiKeyRequired,
    /// An unknown key, a suspended partner's, or another partner's than the offer's.
    InvalidApiKey,
    /// No click.
    ClickIdRequired,
    /// No such click; with the text that was sent.
    ClickNotFound(String),
    /// A value that can't be taken.
    Invalid(InvalidValue),
    /// Recorded, or recorded before.
    Recorded(Box<PostbackReceipt>),
    /// It could not be committed in time.
    Unavailable,
}

impl PostbackOutcome {
    /// The `error` of the answer; nothing where it is recorded.
    pub fn answer_code(&self) -> Option<AnswerCode> {
        Some(match self {
            Self::ApiKeyRequired => AnswerCode::ApiKeyRequired,
            Self::InvalidApiKey => AnswerCode::InvalidApiKey,
            Self::ClickIdRequired => AnswerCode::ClickIdRequired,
            Self::ClickNotFound(_) => AnswerCode::ClickNotFound,
            Self::Invalid(invalid) => invalid.parameter.answer_code(),
            Self::Recorded(_) => return None,
            Self::Unavailable => AnswerCode::Unavailable,
        })
    }

    /// The word by which it is counted: the `error` of the answer, or whether it was new.
    pub fn word(&self) -> &'static str {
        match (self.answer_code(), self) {
            (Some(code), _) => code.as_str(),
            (None, Self::Recorded(receipt)) if receipt.duplicate => "duplicate",
            (None, _) => "recorded",
        }
    }
}

/// What is stored, for its sender.
#[derive(Debug)]
pub struct PostbackReceipt {
    /// Whether it was there before.
    pub duplicate: bool,
    /// The click it is credited to.
    pub click: ClickId,
    /// The conversion as stored.
    pub conversion: StoredConversion,
    /// What was odd about the request.
    pub warnings: Vec<Warning>,
}

impl Service {
    /// Records a conversion, once per click and transaction, for ever.
    pub async fn receive_postback(&self, postback: Postback) -> PostbackOutcome {
        let Some(key) = &postback.api_key else { return PostbackOutcome::ApiKeyRequired };
        let key_hash = hash(key.expose());
        match (&postback.click, &postback.values) {
            (ClickReference::Id(click), Ok(values)) => {
                let new = self.conversion(key_hash, *click, values);
                match self.recorder.conversion(new).await {
                    Ok(recorded) => outcome(recorded, *click, values, postback.warnings.clone()),
                    Err(_) => PostbackOutcome::Unavailable,
                }
            }
            // In a box of its own: it is seldom needed, and large.
            _ => match tokio::time::timeout(COMMIT_DEADLINE, Box::pin(self.diagnose(&key_hash, postback))).await {
                Ok(Ok(outcome)) => outcome,
                Ok(Err(_)) | Err(_) => PostbackOutcome::Unavailable,
            },
        }
    }

    fn conversion(&self, key_hash: [u8; 32], click: ClickId, values: &Values) -> NewConversion {
        NewConversion {
            key_hash,
            id: self.clock.new_id(),
            click,
            transaction_id: values.transaction_id.clone().unwrap_or_else(|| click.into()),
            at: self.clock.now(),
            status: values.status.clone().unwrap_or_default(),
            amount: values.amount.unwrap_or(Amount::ZERO),
            commission: values.commission.unwrap_or(Amount::ZERO),
            currency: values.currency.clone().unwrap_or_default(),
        }
    }

    /// What is wrong with a postback that can't be recorded, by the contract's order: a sender without a right to
    /// the click learns nothing about its values.
    async fn diagnose(&self, key_hash: &[u8; 32], postback: Postback) -> Result<PostbackOutcome, StoreError> {
        let mut conn = self.db.read().await?;
        let key = find_key_owner(&mut conn, key_hash).await?;
        if decide(key.as_ref(), None) == Err(NotRecorded::InvalidKey) {
            return Ok(PostbackOutcome::InvalidApiKey);
        }
        let click = match postback.click {
            ClickReference::Absent => return Ok(PostbackOutcome::ClickIdRequired),
            ClickReference::Unreadable(text) => return Ok(PostbackOutcome::ClickNotFound(text)),
            ClickReference::Id(click) => click,
        };
        let owner = find_click_owner(&mut conn, click).await?;
        Ok(match (decide(key.as_ref(), owner), postback.values) {
            (Err(refusal), _) => refused(refusal, click),
            (Ok(_), Err(invalid)) => PostbackOutcome::Invalid(invalid),
            (Ok(_), Ok(_)) => PostbackOutcome::Unavailable,
        })
    }
}

/// Who has no right to a click learns nothing of it but that the key is not the right one.
fn refused(why: NotRecorded, click: ClickId) -> PostbackOutcome {
    match why {
        NotRecorded::InvalidKey | NotRecorded::NotOwner => PostbackOutcome::InvalidApiKey,
        NotRecorded::UnknownClick => PostbackOutcome::ClickNotFound(click.to_string()),
    }
}

fn outcome(recorded: ConversionOutcome, click: ClickId, sent: &Values, mut warnings: Vec<Warning>) -> PostbackOutcome {
    match recorded {
        ConversionOutcome::NotRecorded(refusal) => refused(refusal, click),
        ConversionOutcome::Stored { duplicate, conversion, .. } => {
            if duplicate {
                warnings.extend(ignored_changes(sent, &conversion));
            }
            let conversion = *conversion;
            PostbackOutcome::Recorded(Box::new(PostbackReceipt { duplicate, click, conversion, warnings }))
        }
    }
}

/// "Only what was sent is compared, amounts as numbers."
fn ignored_changes(sent: &Values, stored: &StoredConversion) -> Vec<Warning> {
    let differs = [
        ("status", sent.status.as_ref().is_some_and(|status: &ConversionStatus| *status != stored.status)),
        ("amount", sent.amount.is_some_and(|amount| amount != stored.amount)),
        ("commission", sent.commission.is_some_and(|commission| commission != stored.commission)),
        ("currency", sent.currency.as_ref().is_some_and(|currency: &Currency| *currency != stored.currency)),
    ];
    differs.into_iter().filter(|(_, differs)| *differs).map(|(name, _)| Warning::IgnoredChange(name)).collect()
}
