//! An amount of money.

use leptos::prelude::*;

use super::grouped_decimal;

/// An amount, never without its currency.
#[component]
pub fn Money(
    /// The amount in digits.
    #[prop(into)]
    amount: String,
    /// The currency's code.
    #[prop(into)]
    currency: String,
) -> impl IntoView {
    view! {
        <span class="money">
            <span class="money__amount">{grouped_decimal(&amount)}</span>
            " "
            <span class="money__currency">{currency}</span>
        </span>
    }
}
