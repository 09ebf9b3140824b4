"""The shapes that the API takes and gives; openapi.json is written from them."""

from typing import Annotated, Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field

# What is asked must fit exactly: a misspelt field is an error, "3" is no number.
EXACT = ConfigDict(extra="forbid", strict=True)
MINOR_MAX = 2**53 - 1
NO_MAX = 10**9 - 1
POSITION_MAX = 10**15 - 1

Id = Annotated[str, Field(pattern="^[0-9a-f]{32}$")]
Day = Annotated[
    str,
    Field(pattern="^[0-9]{4}-[0-9]{2}-[0-9]{2}$", json_schema_extra={"format": "date"}),
]
Minor = Annotated[int, Field(ge=1, le=MINOR_MAX, description="minor steps")]
No = Annotated[int, Field(ge=0, le=NO_MAX, examples=[3])]
Category = Annotated[
    str, Field(min_length=1, max_length=40, examples=["food.prepared"])
]
Unit = Annotated[str, Field(min_length=1, max_length=12, examples=["C62"])]
Sign = Annotated[str, Field(min_length=1, max_length=12)]
Text = Annotated[str, Field(min_length=1, max_length=120, pattern=r"^[^\x00]*$")]
Mode = Literal["sale", "barter", "gift", "lend", "settle"]
Kind = Literal["offer", "need", "give", "receive"]
Direction = Literal["give", "receive"]
Term = Literal["request", "harvest", "date", "open"]
T = TypeVar("T")


class Problem(BaseModel):
    """What is answered when something is not done; of all statuses above 399."""

    code: str = Field(description="stable; of a rule, the rule's own")
    message: str = Field(description="what happened, in the language asked for")
    hint: str = Field(description="the way out")
    act: str | None = Field(description="id of the draft or act it is about")


class Amount(BaseModel):
    """A quantity: exact as minor steps, and in words."""

    minor: int = Field(description="whole number of the unit's smallest steps")
    unit: str
    text: str


class Party(BaseModel):
    """A member by her number; 0 is the common, others are outside the circuit."""

    no: int
    name: str


class Page(BaseModel, Generic[T]):
    """A part of a list, and where the next begins."""

    items: list[T]
    next: str | None = Field(description="cursor of the next part; null: it ends here")


class Me(BaseModel):
    """For whom a token acts, and what it may do."""

    no: int
    name: str
    kind: str
    person: str = Field(description="who made the token")
    scopes: list[str]
    cap: Amount | None = Field(description="what it may sign away in all")
    left: Amount | None = Field(description="what is left of it")
    until: int = Field(description="seconds UTC")


class Balance(BaseModel):
    """Where the member stands in one unit and purse."""

    unit: str
    purse: str
    balance: Amount
    held: Amount = Field(description="part that a contest keeps from counting")
    low: Amount | None = Field(description="agreed limit; null: none agreed")
    high: Amount | None


class StatementLine(BaseModel):
    """One move of the member."""

    position: int
    deal: int
    move: int
    day: str | None
    mode: str
    direction: Literal["gave", "received"]
    other: Party
    type: str
    category: str
    what: str
    amount: Amount
    after: Amount | None = Field(description="balance after it, of signs only")
    mark: str = Field(description="adjusted, contested or empty")


class Obligation(BaseModel):
    """Something owed; `key` settles it."""

    key: str
    debtor: Party
    creditor: Party
    what: str
    category: str
    open: Amount
    due_day: str | None
    due: str = Field(description="in words")
    contested: bool


class Listing(BaseModel):
    """An offer or a need."""

    id: str
    kind: Kind
    title: str
    text: str
    category: str
    category_name: str
    modes: list[str]
    place: str
    member: Party
    created: int
    until: int
    live: bool
    mine: bool


class NewListing(BaseModel):
    """An offer or a need to put up."""

    model_config = EXACT
    kind: Kind
    title: Text
    category: Category
    text: Annotated[str, Field(max_length=1000)] = ""
    modes: list[Literal["sale", "barter", "gift", "lend"]] = Field(
        default=[], max_length=4
    )
    place: Annotated[str, Field(max_length=80)] = ""


class Member(BaseModel):
    """A member as every member sees her."""

    no: int
    name: str
    kind: str
    place: str


class MemberPage(BaseModel):
    """A member with what she offers and needs now."""

    no: int
    name: str
    kind: str
    place: str
    since: int
    left: int | None
    listings: list[Listing]


class Draft(BaseModel):
    """An act that not everybody has signed yet."""

    id: str
    mode: str
    state: Literal["preparing", "waiting", "recorded", "declined", "cancelled"]
    title: str
    others: str
    valid_until: int
    expired: bool
    waits_for_me: bool
    position: int | None = Field(description="of its receipt, once recorded")


class DraftPage(BaseModel):
    """A draft with what it says, told from its exact bytes."""

    id: str
    mode: str
    state: Literal["preparing", "waiting", "recorded", "declined", "cancelled"]
    title: str
    sentences: list[str]
    signed: list[str]
    missing: list[str]
    valid_until: int
    expired: bool
    waits_for_me: bool
    position: int | None


class Receipt(BaseModel):
    """A recorded act."""

    position: int
    act: str = Field(description="hash of the act")
    id: str = Field(description="as its maker named it")
    time: int
    height: int
    kind: str
    mode: str
    title: str
    sentences: list[str]


class Proof(BaseModel):
    """The proof of a recorded act; `verify-receipt` reads it without this server."""

    position: int
    proof: str


class Volume(BaseModel):
    """What moved in a month in one mode; nobody is named."""

    month: int = Field(description="year and month, 202611")
    mode: str
    type: str
    category: str
    total: Amount
    moves: int


class Board(BaseModel):
    """The board: what has moved in the last twelve months."""

    members: int
    offers: int
    needs: int
    signs_in_hands: list[Amount]
    volumes: list[Volume]


class Parameter(BaseModel):
    """A parameter of the agreement."""

    name: str
    meaning: str
    value: str
    coming: str | None = Field(description="value that a decision has set for later")
    since: int | None = Field(description="seconds UTC at which that begins")


class AgreedUnit(BaseModel):
    """A unit of the circuit."""

    code: str
    name: str
    kind: str
    decimals: int
    is_time: bool = Field(description="minor steps are seconds")
    regime: str


class Limit(BaseModel):
    """How far balances may go in one sign."""

    unit: str
    whom: str
    low: Amount
    high: Amount
    warn: Amount | None


class Agreements(BaseModel):
    """What the circuit has agreed."""

    parameters: list[Parameter]
    units: list[AgreedUnit]
    limits: list[Limit]
    categories: dict[str, str]


class Act(BaseModel):
    """An act as a line of the notebook."""

    position: int
    height: int
    time: int
    kind: str
    mode: str
    title: str
    by: Party


class ActPage(BaseModel):
    """An act of the notebook, opened."""

    position: int
    act: str
    height: int
    time: int
    kind: str
    title: str
    sentences: list[str]
    bytes: str = Field(description="exact bytes of the act, canonical JSON")


class Checkpoint(BaseModel):
    """The last seal of the notebook."""

    genesis: str
    size: int
    note: str = Field(description="signed note")


class Verification(BaseModel):
    """What the last verification of the whole notebook found."""

    running: bool
    started: int | None
    upto: int | None = Field(description="number of the last entry that was verified")
    right: bool | None = Field(description="null: nothing was verified yet")
    failed: str


class Sale(BaseModel):
    """Goods or work for money, paid or on account."""

    model_config = EXACT
    partner: No = Field(alias="with")
    direction: Direction
    what: Text
    category: Category
    quantity: Minor
    unit: Unit
    price: Minor
    paid: Literal["now", "later"] = "now"
    signs: Minor | None = None
    sign: Sign | None = None
    due: Term | None = None
    due_day: Day | None = None
    id: Id | None = None


class Barter(BaseModel):
    """Goods or work for signs, or for other goods."""

    model_config = EXACT
    partner: No = Field(alias="with")
    direction: Direction
    what: Text
    category: Category
    quantity: Minor
    unit: Unit
    signs: Minor | None = None
    sign: Sign | None = None
    back_what: Text | None = None
    back_category: Category | None = None
    back_quantity: Minor | None = None
    back_unit: Unit | None = None
    id: Id | None = None


class Gift(BaseModel):
    """Goods or work one way; there is no price."""

    model_config = EXACT
    partner: No = Field(alias="with")
    direction: Direction
    what: Text
    category: Category
    quantity: Minor
    unit: Unit
    id: Id | None = None


class Lend(BaseModel):
    """A thing to use and to return."""

    model_config = EXACT
    partner: No = Field(alias="with")
    direction: Direction
    what: Text
    category: Category
    quantity: Minor
    unit: Unit
    due: Term | None = None
    due_day: Day | None = None
    id: Id | None = None


class Settle(BaseModel):
    """What was promised is counted as fulfilled."""

    model_config = EXACT
    owed: str = Field(pattern=r"^[0-9]{1,15}\.[0-9]{1,2}\.[0-9]{1,2}$")
    quantity: Minor
    against: Literal["same", "money", "signs", "goods", "forgiven"] = "same"
    price: Minor | None = None
    signs: Minor | None = None
    sign: Sign | None = None
    what: Text | None = None
    category: Category | None = None
    back_quantity: Minor | None = None
    unit: Unit | None = None
    id: Id | None = None
