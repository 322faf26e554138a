//! Every request is one that the provider's published schema allows, strictly.

use jsonschema::Validator;
use resend::wire::email::Email;
use serde_json::{Value, json};

use crate::provider::{Asked, IDEMPOTENCY_KEY, Provider, an_email};
use crate::shared::document;

fn smallest() -> Email {
    Email {
        from: "notices@agency.example".into(),
        to: vec!["jane.roe@example.com".into()],
        subject: "Your account".into(),
        ..Email::default()
    }
}

#[tokio::test]
async fn every_request_is_valid_in_the_published_schema() {
    let Some(document) = document("resend.strict.openapi.json") else { return };
    let provider = Provider::fixed(422, &[], "{}").await;
    let client = provider.client();
    let _ = client.send(&an_email(), IDEMPOTENCY_KEY).await;
    let _ = client.send(&smallest(), &"k".repeat(256)).await;
    let batch = serde_json::to_vec(&vec![an_email(); 100]).unwrap();
    let _ = client.send_batch(batch, IDEMPOTENCY_KEY).await;
    let _ = client.email("49a3999c-0ce1-4ea6-ab68-afcd6dc2e794").await;
    let asked = provider.asked();
    assert_eq!(asked.len(), 4, "every method asks");
    for asked in asked {
        check(&document, &asked);
    }
}

#[test]
fn the_smallest_email_has_nothing_but_what_is_required() {
    let email = serde_json::to_value(smallest()).unwrap();
    assert_eq!(email.as_object().unwrap().len(), 3);
}

#[test]
fn the_published_schema_is_as_strict_as_we_believe() {
    let Some(document) = document("resend.strict.openapi.json") else { return };
    let schema = &document["paths"]["/emails"]["post"]["requestBody"]["content"]["application/json"]["schema"];
    let validator = validator(&document, schema);
    let with = |key: &str, value: Value| {
        let mut email = serde_json::to_value(smallest()).unwrap();
        email[key] = value;
        email
    };
    assert!(!validator.is_valid(&with("colour", json!("red"))));
    assert!(!validator.is_valid(&with("to", json!([]))));
    assert!(!validator.is_valid(&with("tags", json!([{"name": "a", "value": "b", "colour": "red"}]))));
}

#[test]
fn a_request_with_an_unknown_field_is_no_request() {
    let mut email = serde_json::to_value(smallest()).unwrap();
    email["colour"] = json!("red");
    assert!(serde_json::from_value::<Email>(email).is_err());
}

fn check(document: &Value, asked: &Asked) {
    let operation = &document["paths"][template(&asked.path)][asked.method.to_lowercase()];
    assert!(operation.is_object(), "{} {} is not published", asked.method, asked.path);
    check_body(document, operation, asked);
    check_idempotency_key(document, operation, asked);
}

fn template(path: &str) -> &str {
    match path {
        "/emails" | "/emails/batch" => path,
        _ => "/emails/{email_id}",
    }
}

fn check_body(document: &Value, operation: &Value, asked: &Asked) {
    let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
    if schema.is_null() {
        return assert!(asked.body.is_empty(), "{}: a body was sent", asked.path);
    }
    let body: Value = serde_json::from_slice(&asked.body).unwrap();
    validate(&validator(document, schema), &body, &asked.path);
    assert_eq!(asked.content_type.as_deref(), Some("application/json"));
}

fn check_idempotency_key(document: &Value, operation: &Value, asked: &Asked) {
    let mut parameters = operation["parameters"].as_array().into_iter().flatten();
    match (&asked.idempotency_key, parameters.find(|one| one["name"] == "Idempotency-Key")) {
        (Some(key), Some(parameter)) => {
            validate(&validator(document, &parameter["schema"]), &json!(key), &asked.path);
        }
        (None, None) => {}
        (sent, published) => panic!("{}: sent {sent:?}, published {published:?}", asked.path),
    }
}

/// With the components of the document, so that references into them resolve.
fn validator(document: &Value, schema: &Value) -> Validator {
    let mut schema = schema.clone();
    schema["components"] = document["components"].clone();
    jsonschema::draft202012::options().should_validate_formats(true).build(&schema).unwrap()
}

fn validate(validator: &Validator, body: &Value, what: &str) {
    let errors: Vec<_> = validator.iter_errors(body).map(|error| format!("{}: {error}", error.instance_path)).collect();
    assert!(errors.is_empty(), "{what}: {errors:#?}");
}
