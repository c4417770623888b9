//! Reports that somebody keeps.

use domain::{
    UserId,
    report::{ReportName, ReportPlace, SavedReport},
};
use store::{
    Conn,
    reports::{choose_saved_report, delete_saved_report, find_saved_report, list_saved_reports, save_report},
};

use crate::{
    in_transaction,
    network::{Network, new_id},
};

async fn save(conn: &mut Conn, user: UserId, name: &str, address: &str) {
    save_report(conn, new_id(), user, &ReportName::parse(name).unwrap(), address).await.unwrap();
}

/// Name and address of each, `*` behind the one that is shown first and `+` behind the one on the first screen.
async fn kept(conn: &mut Conn, user: UserId) -> Vec<String> {
    let mark = |is: bool, mark: &'static str| if is { mark } else { "" };
    let text = |one: &SavedReport| {
        format!("{} {}{}{}", one.name, one.address, mark(one.is_default, "*"), mark(one.is_pinned, "+"))
    };
    list_saved_reports(conn, user).await.unwrap().iter().map(text).collect()
}

#[tokio::test]
async fn each_keeps_their_own_by_name_and_chooses_one_of_them_for_a_place() {
    in_transaction(async |conn: &mut Conn| {
        let shop = Network::add(conn, "Shop", "Shoes", "Blog").await;
        let (user, other) = (shop.partner.user, shop.affiliate.user);
        save(conn, user, "offers", "by=offer").await;
        save(conn, user, "Days", "by=day").await;
        save(conn, other, "offers", "by=country").await;
        assert_eq!(kept(conn, user).await, ["Days by=day", "offers by=offer"]);
        let of = async |conn: &mut Conn, name: &str| {
            list_saved_reports(conn, user).await.unwrap().into_iter().find(|one| one.name == name).unwrap().id
        };
        let (days, offers) = (of(conn, "Days").await, of(conn, "offers").await);
        for (place, id) in [(ReportPlace::Default, days), (ReportPlace::Pinned, days), (ReportPlace::Default, offers)] {
            assert!(choose_saved_report(conn, user, place, Some(id)).await.unwrap());
        }
        assert_eq!(kept(conn, user).await, ["Days by=day+", "offers by=offer*"]);
        // One of the same name is replaced where it stands.
        save(conn, user, "offers", "by=link").await;
        assert_eq!(kept(conn, user).await, ["Days by=day+", "offers by=link*"]);
        let first = find_saved_report(conn, user, ReportPlace::Default).await.unwrap().unwrap();
        assert_eq!((first.id, first.address.as_str()), (offers, "by=link"));
        assert!(find_saved_report(conn, other, ReportPlace::Default).await.unwrap().is_none());
        // Nobody reaches another's.
        assert!(!choose_saved_report(conn, other, ReportPlace::Pinned, Some(days)).await.unwrap());
        assert!(!delete_saved_report(conn, other, days).await.unwrap());
        assert!(choose_saved_report(conn, user, ReportPlace::Pinned, None).await.unwrap());
        assert!(delete_saved_report(conn, user, offers).await.unwrap());
        assert!(!delete_saved_report(conn, user, offers).await.unwrap());
        assert_eq!(kept(conn, user).await, ["Days by=day"]);
        assert_eq!(kept(conn, other).await, ["offers by=country"]);
    })
    .await;
}
