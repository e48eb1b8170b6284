//! Mail never stands in the way of an order, and a mail job that is repeated is the same message.

use platform::infra::mail::MailError;

use super::shelf::{count, goods, order, put, review_fields, to_review};
use crate::harness::TestApp;

#[tokio::test]
async fn a_mail_server_that_is_away_delays_the_mail_and_not_the_order() {
    let t = TestApp::new().await;
    let kettle = goods(&t.app.db, 1, 2_000, 9).await;
    *t.outbox.fail.lock().unwrap() = Some(|| MailError::Temporary("421 later".into()));
    order(&t, kettle, "1").await;
    let drained = smartmarket::worker::worker(&t.app).drain().await.unwrap();
    assert_eq!(drained.failed().len(), 1);
    assert!(!drained.failed()[0].dead);
    *t.outbox.fail.lock().unwrap() = None;
    sqlx::query("update jobs set run_at = now() where state = 'ready'").execute(&t.app.db).await.unwrap();
    assert_eq!(t.mails().await.len(), 1);
    assert_eq!(count(&t.app.db, "select count(*) from mails where sent_at is not null").await, 1);
    t.done().await;
}

#[tokio::test]
async fn mails_are_written_in_the_language_of_the_order() {
    let t = TestApp::new().await;
    let kettle = goods(&t.app.db, 1, 2_000, 9).await;
    let v = t.visitor();
    put(&v, kettle, "1").await;
    to_review(&v).await;
    let review = v.get("/en/checkout/review").await.expect(200);
    assert_eq!(review.text(".btn--pay"), "Order with obligation to pay");
    let fields = review_fields(&review);
    let pairs: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    let done = v.post("/en/checkout/review", &pairs).await.expect(303);
    assert!(done.location().unwrap().starts_with("/en/thank-you/"));
    let mail = t.mails().await.remove(0);
    assert!(
        mail.subject.starts_with("Your order")
            && mail.text.contains("Kettle 1")
            && mail.text.contains("€24.90")
    );
    assert!(mail.text.contains("http://shop.test/en/track/"), "{}", mail.text);
    t.done().await;
}
