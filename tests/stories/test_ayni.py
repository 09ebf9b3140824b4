"""3. Ayni: six neighbours plough, each is owed one day."""

from urdimbre.core.drafting import deal, goods, place, promise, promised, release

ONE_DAY = 1_00


def test_ayni(scene):
    rosa, *six = scene.people(
        "Rosa", "Beto", "Carla", "Diego", "Elena", "Fermin", "Gil"
    )
    worked = [
        goods(one, rosa, category="work.ploughing", quantity=ONE_DAY, unit="DAY")
        for one in six
    ]
    owing = [
        promise(
            rosa,
            one,
            promised("work", ONE_DAY, "DAY", category="work.ploughing"),
            {"event": "request"},
        )
        for one in six
    ]

    ploughed = scene.exchange(deal("barter", *worked, *owing), signed_by=(rosa, *six))

    assert scene.debts() == {
        ("Rosa", name, "work.ploughing"): ONE_DAY
        for name in ("Beto", "Carla", "Diego", "Elena", "Fermin", "Gil")
    }

    beto = six[0]
    scene.wait(days=7)
    scene.exchange(
        deal(
            "settle",
            goods(rosa, beto, category="work.ploughing", quantity=ONE_DAY, unit="DAY"),
            release(beto, rosa, owed=place(ploughed, 0, 6), quantity=ONE_DAY),
        ),
        signed_by=(rosa, beto),
    )

    assert ("Rosa", "Beto", "work.ploughing") not in scene.debts()
    assert len(scene.debts()) == 5
    assert scene.accounts() == {}
