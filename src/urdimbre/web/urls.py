"""Every address of the web, room by room; who may enter is decided by the view."""

from django.urls import path

from urdimbre.web.api import door, programs
from urdimbre.web.catalogue import listing as catalogue
from urdimbre.web.catalogue import photos, picking, voices, writing
from urdimbre.web.catalogue import sharing as listing_text
from urdimbre.web.circuit import (
    admitting,
    agreements,
    board,
    entrance,
    erasing,
    home,
    introducing,
    members,
)
from urdimbre.web.doorstep import hiding, opening, staying
from urdimbre.web.exchanges import (
    adjusting,
    asking,
    confirming,
    contesting,
    filling,
    receipts,
)
from urdimbre.web.exchanges import apart as signing_apart
from urdimbre.web.exchanges import listing as statement
from urdimbre.web.handbook import reading as handbook
from urdimbre.web.market import closing as market_closing
from urdimbre.web.market import opening as market_opening
from urdimbre.web.market import writing as market_writing
from urdimbre.web.membership import (
    apart,
    bringing,
    cards,
    everything,
    guarding,
    mediating,
    mine,
    pin,
    signing_policy,
)
from urdimbre.web.minutes import deciding as minutes_deciding
from urdimbre.web.minutes import reading as minutes
from urdimbre.web.minutes import writing as minutes_writing
from urdimbre.web.notebook import (
    checking,
    honest,
    reading,
    standing,
    taking,
    tiles,
    witnessing,
)
from urdimbre.web.notices import calendar, devices, opened_letters
from urdimbre.web.notices import mine as notices
from urdimbre.web.office import allowing, attesting, beside, desk
from urdimbre.web.office import witnesses as attesters
from urdimbre.web.offline import book, outbox, scanning, shell
from urdimbre.web.on_account import fetching, permitting
from urdimbre.web.own_words import choosing as own_words
from urdimbre.web.purchases import listing as purchase_list
from urdimbre.web.purchases import sharing as purchase_text
from urdimbre.web.purchases import stages
from urdimbre.web.security import again, holding, second_step
from urdimbre.web.security import mine as security
from urdimbre.web.sheets import comparing, correcting
from urdimbre.web.sheets import listing as sheet_list
from urdimbre.web.sheets import one as sheet_pages
from urdimbre.web.sheets import photo as sheet_photos
from urdimbre.web.spending import saying, spending
from urdimbre.web.work_days import calling, counting, looking

urlpatterns = [
    path("", home.home, name="home"),
    path("manifest.webmanifest", shell.manifest, name="manifest"),
    path("worker.js", shell.worker, name="worker"),
    path("offline", shell.offline, name="offline"),
    path("offline/book", book.book, name="book"),
    path("offline/outbox", outbox.outbox, name="outbox"),
    path("scan", scanning.scan, name="scan"),
    path("login", entrance.login, name="login"),
    path("enter", entrance.entrance, name="entrance"),
    path("logout", entrance.logout, name="logout"),
    path("stay", staying.stay, name="stay"),
    path("stay/end", staying.end_stay, name="end_stay"),
    path("stay/<int:pk>", opening.open_stay, name="open_stay"),
    path("hide", hiding.hide, name="hide"),
    path("month", hiding.month, name="month"),
    path("language", entrance.language, name="language"),
    path("acting", home.act_for_whom, name="acting"),
    path("acting/choose", entrance.act_for, name="act_for"),
    path("erase", erasing.erase, name="erase"),
    path("board", board.board, name="board"),
    path("agreements", agreements.agreements, name="agreements"),
    path("agreements/words", own_words.choose_words, name="own_words"),
    path("market", market_opening.markets, name="markets"),
    path("market/begin", market_opening.begin, name="market_begin"),
    path("market/<slug:pk>", market_writing.market, name="market"),
    path("market/<slug:pk>/sheet", market_closing.sheet, name="market_sheet"),
    path("market/<slug:pk>/close", market_closing.close, name="market_close"),
    path("market/<slug:pk>/attest", market_closing.attest, name="market_attest"),
    path("market/<slug:pk>/<int:line>/drop", market_writing.drop, name="market_drop"),
    path("meetings", minutes.meetings, name="meetings"),
    path("meetings/new", minutes_writing.new, name="meeting_new"),
    path("meetings/<int:position>", minutes.meeting, name="meeting"),
    path("meetings/<int:position>/photo", minutes.photo, name="meeting_photo"),
    path("meetings/<slug:pk>/write", minutes_writing.change, name="meeting_change"),
    path("meetings/<slug:pk>/decide", minutes_deciding.decide, name="meeting_decide"),
    path("meetings/<slug:pk>/forget", minutes_deciding.forget, name="meeting_forget"),
    path("members", members.members, name="members"),
    path("members/bring", bringing.bring, name="bring"),
    path("members/cards", cards.cards, name="cards"),
    path("members/cards.pdf", cards.cards_sheet, name="cards_sheet"),
    path("members/notebooks.pdf", cards.ledgers, name="ledgers"),
    path("members/admit", admitting.admit, name="admit"),
    path("members/<int:no>", members.member, name="member"),
    path("members/<int:no>/share", introducing.share, name="share_member"),
    path("members/<int:no>/code", admitting.entry_code, name="entry_code"),
    path("members/<int:no>/proof", standing.state_proof, name="state_proof"),
    path("catalogue", catalogue.listings, name="listings"),
    path("catalogue/mine", catalogue.mine, name="my_listings"),
    path("catalogue/choose", picking.choose, name="choose"),
    path("catalogue/new", writing.put_up, name="put_up"),
    path("catalogue/<slug:pk>/change", writing.change, name="change_listing"),
    path("catalogue/<slug:pk>/erase", catalogue.erase, name="erase_listing"),
    path("catalogue/<slug:pk>/photo/<slug:size>", photos.photo, name="photo"),
    path("catalogue/<slug:pk>/voice", voices.voice, name="voice"),
    path("catalogue/<slug:pk>/share", listing_text.share, name="share_listing"),
    path("catalogue/<slug:pk>/renew", catalogue.renew, name="renew"),
    path("catalogue/<slug:pk>/withdraw", catalogue.withdraw, name="withdraw"),
    path("exchange", filling.start, name="exchange"),
    path("exchange/<slug:mode>", filling.fill_in, name="fill_in"),
    path("drafts/<slug:pk>", confirming.draft, name="draft"),
    path("drafts/<slug:pk>/confirm", confirming.confirm, name="confirm"),
    path("drafts/<slug:pk>/decline", confirming.decline, name="decline"),
    path("drafts/<slug:pk>/photo", minutes.draft_photo, name="draft_photo"),
    path(
        "drafts/<slug:pk>/apart/<slug:key>", signing_apart.sign_apart, name="sign_apart"
    ),
    path(
        "drafts/<slug:pk>/apart/<slug:key>/bytes",
        signing_apart.message,
        name="bytes_to_sign",
    ),
    path("drafts/<slug:pk>/attest", attesting.attest, name="attest"),
    path("drafts/<slug:pk>/beside/<int:no>", beside.beside, name="beside"),
    path("drafts/<slug:pk>/<slug:act>", scanning.linked, name="linked_draft"),
    path("receipts/<int:position>", receipts.receipt, name="receipt"),
    path("receipts/<int:position>/proof", receipts.proof, name="proof"),
    path("receipts/<int:position>/thanks", receipts.thank, name="thank"),
    path("receipts/<int:position>/text", receipts.plain, name="receipt_text"),
    path("receipts/<int:position>/adjust", adjusting.adjust, name="adjust"),
    path("receipts/<int:position>/contest", contesting.contest, name="contest"),
    path("asking", asking.asking, name="asking"),
    path("disputes", contesting.disputes, name="disputes"),
    path("together", home.together, name="together"),
    path("spending", spending.spending, name="spending"),
    path("spending/mine", saying.mine, name="spending_mine"),
    path("spending/<slug:pk>", saying.family, name="spending_family"),
    path("spending/<slug:pk>/<int:line>/drop", saying.drop, name="spending_drop"),
    path("office", allowing.office, name="office"),
    path("office/allow", allowing.allow, name="office_allow"),
    path("office/somebody", desk.somebody_here, name="office_somebody"),
    path("office/beside/<int:no>", allowing.allow_beside, name="office_beside"),
    path("office/desk", desk.desk, name="office_desk"),
    path("office/close", desk.close_desk, name="office_close"),
    path("office/witnesses", attesters.witnesses, name="office_witnesses"),
    path(
        "office/witnesses/<slug:mandate>/end",
        attesters.end_witnesses,
        name="end_witnesses",
    ),
    path("sheets", sheet_list.sheets, name="sheets"),
    path("sheets/new", sheet_list.new, name="sheet_new"),
    path("sheets/<slug:pk>", sheet_pages.sheet, name="sheet"),
    path("sheets/<slug:pk>/write", sheet_pages.write, name="sheet_write"),
    path("sheets/<slug:pk>/photo", sheet_photos.sheet_photo, name="sheet_photo"),
    path("sheets/<slug:pk>/compare", comparing.compare, name="sheet_compare"),
    path(
        "sheets/<slug:pk>/<int:number>/correct",
        correcting.correct,
        name="sheet_correct",
    ),
    path("sheets/<slug:pk>/<int:number>/drop", sheet_pages.drop, name="sheet_drop"),
    path("office/<slug:mandate>/open", desk.open_desk, name="office_open"),
    path("office/<slug:mandate>/end", allowing.end, name="office_end"),
    path("on-account", permitting.on_account, name="on_account"),
    path("on-account/give", permitting.give, name="on_account_give"),
    path("on-account/<slug:mandate>/end", permitting.end, name="on_account_end"),
    path("on-account/<slug:mandate>", fetching.fetch, name="on_account_fetch"),
    path("purchases", purchase_list.purchases, name="purchases"),
    path("purchases/new", purchase_list.new, name="purchase_new"),
    path("purchases/<slug:pk>", stages.purchase, name="purchase"),
    path("purchases/<slug:pk>/list", purchase_list.change, name="purchase_list"),
    path("purchases/<slug:pk>/receipt", stages.receipt, name="purchase_receipt"),
    path("purchases/<slug:pk>/photo", stages.receipt_photo, name="purchase_photo"),
    path("purchases/<slug:pk>/money", stages.money, name="purchase_money"),
    path("purchases/<slug:pk>/share", purchase_text.share, name="share_purchase"),
    path("purchases/<slug:pk>/write", stages.write, name="purchase_write"),
    path("purchases/<slug:pk>/forget", stages.forget, name="purchase_forget"),
    path("statement", statement.statement, name="statement"),
    path("statement.<slug:ending>", statement.statement_file, name="statement_file"),
    path("everything", everything.everything, name="everything"),
    path("everything.zip", everything.everything_file, name="everything_file"),
    path("security", security.security, name="security"),
    path("again", again.again, name="again"),
    path("login/second", second_step.second, name="second"),
    path("security/step", second_step.step, name="step"),
    path("security/step/end", second_step.end_step, name="end_step"),
    path("security/end", security.end_visit, name="end_visit"),
    path("work", looking.work_days, name="work_days"),
    path("work/call", calling.call, name="call_work"),
    path("work/<int:position>", looking.one_day, name="work_day"),
    path("work/<int:position>/roster", counting.count, name="roster"),
    path("work/<int:position>/thanks", looking.thank_for_work, name="thank_for_work"),
    path("handbook", handbook.contents, name="handbook"),
    path("handbook/<slug:name>", handbook.page, name="handbook_page"),
    path(
        "handbook/pictures/<slug:language>/<slug:name>.webp",
        handbook.picture,
        name="handbook_picture",
    ),
    path("keys", mine.mine, name="keys"),
    path("keys/revoke", mine.revoke, name="revoke_key"),
    path("keys/veto", mine.veto, name="veto_key"),
    path("keys/brake", mine.freeze, name="freeze_keys"),
    path("keys/device", mine.add_device, name="add_device_key"),
    path("keys/server", mine.add_hosted, name="add_server_key"),
    path("keys/apart", apart.add_apart, name="add_apart_key"),
    path("keys/guardians", guarding.guardians, name="guardians"),
    path("keys/recovery/<int:no>", guarding.recovery, name="recovery"),
    path("keys/recovery/<int:no>/begin", guarding.recover, name="recover"),
    path("keys/<slug:key>/pin", pin.set_pin, name="pin"),
    path("members/<int:no>/policy", signing_policy.signing_policy, name="policy"),
    path("members/<int:no>/hold", holding.hold, name="hold"),
    path("members/<int:no>/hold/end", holding.end_hold, name="end_hold"),
    path("members/<int:no>/brake", mediating.brake, name="brake"),
    path("members/<int:no>/brake/set", mediating.set_brake, name="set_brake"),
    path("notices", notices.notices, name="notices"),
    path("notices/address", notices.address, name="notices_address"),
    path("notices/often", notices.often, name="notices_often"),
    path("notices/kinds", notices.kinds, name="notices_kinds"),
    path("notices/end", notices.end, name="notices_end"),
    path("notices/again", notices.again, name="notices_again"),
    path("notices/devices", devices.devices, name="notice_devices"),
    path("notices/devices/add", devices.add, name="notice_device_add"),
    path("notices/devices/end", devices.end, name="notice_device_end"),
    path("notices/calendar", calendar.calendar, name="calendar"),
    path("notices/calendar/make", calendar.make, name="calendar_make"),
    path("notices/calendar/amounts", calendar.amounts, name="calendar_amounts"),
    path("notices/calendar/end", calendar.end, name="calendar_end"),
    path("calendar/<slug:secret>.ics", calendar.feed, name="calendar_feed"),
    path("notices/stop/<str:token>", opened_letters.stop, name="notices_stop"),
    path("notices/yes/<str:token>", opened_letters.confirm, name="notices_confirm"),
    path("programs", programs.programs, name="programs"),
    path("programs/<int:pk>/end", programs.end, name="end_program"),
    path("api/<path:rest>", door.api, name="api"),
    path("notebook", reading.notebook, name="notebook"),
    path("notebook/checkpoint", reading.checkpoint, name="checkpoint"),
    path("notebook/bundle", taking.bundle, name="bundle"),
    path("notebook/verify", reading.verify, name="verify"),
    path("notebook/verification", reading.verification, name="verification"),
    path("notebook/witnesses", witnessing.witnesses, name="witnesses"),
    path("witness/add-checkpoint", witnessing.add_checkpoint, name="add_checkpoint"),
    path("witness/last/<path:origin>", witnessing.last, name="last_witnessed"),
    path("notebook/honest", honest.honest, name="honest"),
    path("notebook/<int:position>", reading.act, name="notebook_act"),
    path("check", checking.check, name="check"),
    path("check/<int:position>/<slug:act>", checking.linked, name="check_link"),
    path("log/checkpoint", tiles.checkpoint, name="log_checkpoint"),
    path("log/consistency/<int:old>/<int:new>", tiles.consistency, name="consistency"),
    path("log/tile/entries/<path:place>", tiles.entries, name="log_entries"),
    path("log/tile/<path:place>", tiles.hashes, name="log_tile"),
]

handler400 = "urdimbre.web.circuit.errors.bad_request"
handler404 = "urdimbre.web.circuit.errors.not_found"
handler500 = "urdimbre.web.circuit.errors.fault"
