"""What the package index has that is newer than a pin: shown behind it, and taken by an action."""

import time

from editor import Editor
from served import Base, Served


class Newest:
    def setUp(self):
        super().setUp()
        packages = {"redis": ["4.6.0", "5.0.1", "5.0.2", "6.0.0", "7.0.0rc1"], "rq": ["1.0", "1.1"], "six": ["1.16.0"]}
        self.served = Served(self.top / "served", packages, {("redis", "5.0.1"): "broken wire"})
        self.addCleanup(self.served.close)

    def hints(self, editor):
        path = self.project / "requirements.txt"
        editor.open("requirements.txt")
        whole = {"start": {"line": 0, "character": 0}, "end": {"line": 99, "character": 0}}
        found = editor.request("textDocument/inlayHint", {"textDocument": {"uri": path.as_uri()}, "range": whole})["result"] or []
        return {(hint["position"]["line"], hint["label"]) for hint in found}

    def write_pins(self, *lines):
        self.write("redis, rq, six", f"--index-url {self.served.url()}", *lines)

    def test_a_pin_that_is_behind_says_so(self):
        self.write_pins("redis==5.0.1", "rq==1.0", "six==1.16.0")
        with Editor(self.project, self.env) as editor:
            wanted = {(1, "yanked, newest 6.0.0 (major)"), (2, "newest 1.1 (minor)")}
            editor.wait_until(lambda: self.hints(editor) == wanted)
            self.assertIn("workspace/inlayHint/refresh", editor.requests)

    def test_a_pre_release_and_a_range(self):
        self.write_pins("redis==7.0.0rc1", "rq<1.1")
        with Editor(self.project, self.env) as editor:
            editor.wait_until(lambda: self.hints(editor) == {(1, "pre-release"), (2, "newest 1.1")})

    def test_actions_update_one_the_compatible_and_all(self):
        self.write_pins("redis==5.0.1  # why", "rq==1.0")
        with Editor(self.project, self.env) as editor:
            editor.wait_until(lambda: len(self.hints(editor)) == 2)
            actions = {action["title"]: action for action in editor.actions("requirements.txt", 1, 0)}
            updates = [title for title in actions if title.startswith("Update")]
            self.assertEqual(updates, [
                "Update redis to 5.0.2 (patch)",
                "Update redis to 6.0.0 (major)",
                "Update 2 pins of requirements.txt to compatible versions",
                "Update all 2 pins of requirements.txt that are behind",
            ])
            changes = [edit["newText"] for edit in actions[updates[3]]["edit"]["documentChanges"][0]["edits"]]
            self.assertEqual(changes, ["==6.0.0", "==1.1"])

    def test_an_answer_is_kept_and_nothing_is_asked_twice(self):
        self.write_pins("rq==1.0")
        with Editor(self.project, self.env) as editor:
            editor.wait_until(lambda: self.hints(editor) == {(1, "newest 1.1 (minor)")})
            asked = len(self.served.asked)
            for _ in range(5):
                self.hints(editor)
        with Editor(self.project, self.env) as editor:
            editor.wait_until(lambda: self.hints(editor) == {(1, "newest 1.1 (minor)")})
        self.assertEqual(len(self.served.asked), asked)

    def test_nothing_is_asked_where_it_is_not_switched_on(self):
        self.write_pins("rq==1.0")
        with Editor(self.project, self.env, index=False) as editor:
            self.assertEqual(self.hints(editor), set())
            time.sleep(1)
            self.assertEqual(self.hints(editor), set())
        self.assertEqual(self.served.asked, [])

    def test_no_request_waits_for_an_index_that_does_not_answer(self):
        self.write("redis", "--index-url http://127.0.0.1:1/simple/", "redis==5.0.1")
        with Editor(self.project, self.env) as editor:
            began = time.monotonic()
            for _ in range(20):
                self.hints(editor)
            self.assertLess(time.monotonic() - began, 10)


class NewestByPip(Newest, Base):
    tools = ("pip",)

    def test_versions_complete(self):
        self.write_pins("redis==")
        with Editor(self.project, self.env) as editor:
            def labels():
                editor.open("requirements.txt")
                at = {"textDocument": {"uri": (self.project / "requirements.txt").as_uri()}, "position": {"line": 1, "character": 7}}
                return [item["label"] for item in editor.request("textDocument/completion", at)["result"]["items"]]

            editor.wait_until(lambda: labels() == ["6.0.0", "5.0.2", "4.6.0", "7.0.0rc1"])


class NewestByUv(Newest, Base):
    tools = ("uv",)
