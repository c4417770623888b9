//! An amount of money.

use domain::Currency;
use leptos::prelude::*;

use super::grouped_amount;

/// An amount, never without its currency.
#[component]
pub fn Money(
    /// The amount in digits.
    #[prop(into)]
    amount: String,
    /// Its currency, whose decimals it is shown with.
    currency: Currency,
) -> impl IntoView {
    view! {
        <span class="money">
            <span class="money__amount">{grouped_amount(&amount, &currency)}</span>
            " "
            <span class="money__currency">{currency.to_string()}</span>
        </span>
    }
}
