"""Each story starts in a circuit of its own, founded by Ana."""

import pytest

from tests.stories.scene import Scene


@pytest.fixture
def scene(request):
    return Scene(request.node.name.removeprefix("test_"))
