"""Correcting a reaction: what a person says counts from then on, and the machine's answer stays beside it."""

from typing import Annotated

from fastapi import APIRouter, HTTPException, Path
from sqlmodel import Session

from dashboards import shapes
from dashboards.correction_shapes import CorrectionAnswer, CorrectionGiven, MachineAnswer
from dashboards.door import Who, name_of
from dashboards.own_site import OwnSiteRoute
from dashboards.questions import Now, Watches
from dashboards.words import family
from uproar import corrections, database
from uproar.columns import MOST_ID
from uproar.corrections import CORRECTABLE, Given, NoReactionError, NotCorrectedError, UnknownPostError
from uproar.export_lines import said_in
from uproar.log import get_logger
from uproar.models import Correction, Post, Reaction
from uproar.watch import Watch

log = get_logger(__name__)
PostId = Annotated[int, Path(ge=1, le=MOST_ID, description="`id` of the post in /api/v1/posts")]

router = APIRouter(route_class=OwnSiteRoute)


def post_answer(post: Post, reaction: Reaction, correction: Correction | None) -> shapes.PostAnswer:
    """A post and its reaction as the API shows them: the author left out, the address only if it is a web address."""
    web = (post.url or "").lower().startswith(("http://", "https://"))
    counts = corrections.corrected(reaction, correction)
    in_force = correction is not None and not correction.withdrawn
    return shapes.PostAnswer(
        id=reaction.post_id,
        created_at=reaction.created_at,
        source=reaction.source,
        platform=post.platform,
        lang=reaction.lang,
        text=said_in(post),
        let_go_at=post.let_go_at,
        url=post.url if web else None,
        matched=post.matched,
        edited_at=post.edited_at,
        sentiment=counts.sentiment,
        compound=reaction.compound,
        stage=counts.stage,
        cancel=counts.cancel and counts.voice,
        score=reaction.score if counts.cancel else 0.0,
        stance=counts.stance,
        concerns=counts.concerns,
        evidence=[shapes.Evidence(**one, family=family(one["rule"])) for one in reaction.evidence],
        speaker=reaction.speaker,
        voice=counts.voice,
        echo_of=reaction.echo_of,
        correction=correction_answer(correction) if correction is not None and in_force else None,
        machine=MachineAnswer(
            **{name: getattr(reaction, name) for name in CORRECTABLE},
            cancel=reaction.cancel and reaction.voice,
            model_version=reaction.model_version,
        ),
    )


def correction_answer(correction: Correction) -> CorrectionAnswer:
    """A correction as the API shows it."""
    return CorrectionAnswer.model_validate(correction.model_dump())


@router.get("/posts/{post_id}/corrections")
def get_corrections(post_id: PostId) -> list[CorrectionAnswer]:
    """Everything that was said of a post, the newest first; withdrawals too."""
    with database.reading() as session:
        try:
            return [correction_answer(one) for one in corrections.history(session, post_id)]
        except UnknownPostError:
            raise _unknown(post_id) from None


@router.post(
    "/posts/{post_id}/corrections",
    status_code=201,
    responses={code: {"model": shapes.Problem} for code in (403, 409, 413, 415)},
)
def post_correction(post_id: PostId, body: CorrectionGiven, known: Watches, now: Now, who: Who) -> shapes.PostAnswer:
    """Correct a reaction; the correction takes the place of the one before as a whole. Answers with the post."""
    given = Given(**{name: getattr(body, name) for name in CORRECTABLE}, sampled=body.sampled)
    with database.writing() as session:
        try:
            _require_known_concerns(session, post_id, given, known)
            corrections.correct(session, post_id, given, note=body.note or None, by=name_of(who, body.by), now=now)
        except UnknownPostError:
            raise _unknown(post_id) from None
        except NoReactionError:
            raise HTTPException(409, f"The post {post_id} has no reaction yet; there is nothing to correct.") from None
        answer = _answer(session, post_id)
    log.info("corrected", post_id=post_id, fields=[name for name in CORRECTABLE if getattr(given, name) is not None])
    return answer


@router.delete("/posts/{post_id}/corrections", responses={403: {"model": shapes.Problem}})
def delete_correction(post_id: PostId, now: Now, who: Who) -> shapes.PostAnswer:
    """Withdraw the correction that is in force: the machine's answer counts again. Answers with the post."""
    with database.writing() as session:
        try:
            corrections.withdraw(session, post_id, by=name_of(who, None), now=now)
        except UnknownPostError:
            raise _unknown(post_id) from None
        except NotCorrectedError:
            raise HTTPException(404, f"The post {post_id} has no correction that could be withdrawn.") from None
        answer = _answer(session, post_id)
    log.info("correction_withdrawn", post_id=post_id)
    return answer


def _require_known_concerns(session: Session, post_id: int, given: Given, known: list[Watch]) -> None:
    """Refuse a concern that the post's watch does not have: it would be a column of its own in every chart."""
    reaction = session.get(Reaction, post_id)
    if reaction is None or given.concerns is None:
        return
    names = {concern.name for watch in known if watch.name == reaction.watch for concern in watch.concerns}
    strange = [name for name in given.concerns if name not in names | set(reaction.concerns)]
    if strange:
        listed = ", ".join(sorted(names)) or "none"
        raise HTTPException(422, f"concerns: the watch has no {', '.join(map(repr, strange))}. It has: {listed}.")


def _answer(session: Session, post_id: int) -> shapes.PostAnswer:
    said = corrections.latest(session, [post_id]).get(post_id)
    return post_answer(session.get_one(Post, post_id), session.get_one(Reaction, post_id, populate_existing=True), said)


def _unknown(post_id: int) -> HTTPException:
    return HTTPException(404, f"There is no post {post_id}. Ask /api/v1/posts which there are.")
