//! The message as the first person of the list would get it.

use web::pages::new_message::{Preview, Segments};
use workflows::{
    account,
    campaign::Audience,
    compliance::Channel,
    db::Tx,
    id::{AccountId, OrgId},
    message,
    segment::{self, Encoding},
    template::{Missing, Rendered, Template},
};

use crate::{pages::accounts, problem::Problem};

pub(super) async fn of(
    tx: &mut Tx,
    org: OrgId,
    audience: &Audience,
    channel: Channel,
    template: &Template,
) -> Result<Preview, Problem> {
    let first = message::previews(tx, org, audience, channel, template, 1).await?.pop();
    let Some((id, rendered)) = first else {
        let nobody = "There is no open account yet to show it with.".to_owned();
        return Ok(Preview { notes: vec![nobody], ..Preview::default() });
    };
    let person = person(tx, org, id).await?;
    Ok(match rendered {
        Ok(rendered) => Preview { person, ..shown(rendered, channel) },
        Err(Missing(field)) => Preview { person, notes: vec![lacking(&field)], ..Preview::default() },
    })
}

async fn person(tx: &mut Tx, org: OrgId, id: AccountId) -> Result<String, Problem> {
    let account = account::find(tx, org, id).await?;
    Ok(account.map(|account| format!("{}, {}", accounts::name(&account), account.account_number)).unwrap_or_default())
}

fn lacking(field: &str) -> String {
    format!("This account has no {field}, which the message needs: its person would be skipped.")
}

fn shown(rendered: Rendered, channel: Channel) -> Preview {
    let measured = (channel == Channel::Sms).then(|| rendered.segments());
    Preview {
        subject: (channel == Channel::Email).then_some(rendered.subject),
        text: rendered.text,
        notes: measured.iter().filter_map(dear).collect(),
        segments: measured.map(segments),
        html: rendered.html,
        ..Preview::default()
    }
}

fn segments(measured: segment::Segments) -> Segments {
    let whole = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    let encoding = match measured.encoding {
        Encoding::Gsm7 => "GSM-7",
        Encoding::Ucs2 => "UCS-2",
    };
    Segments {
        count: whole(measured.count),
        characters: whole(measured.length),
        room: whole(measured.room),
        encoding: encoding.to_owned(),
    }
}

/// What makes every segment hold less than half.
fn dear(measured: &segment::Segments) -> Option<String> {
    let culprits: Vec<String> = measured.culprits.iter().map(char::to_string).collect();
    (!culprits.is_empty()).then(|| {
        format!("Outside the GSM alphabet, so that a segment holds 70 characters and not 160: {}", culprits.join(" "))
    })
}
