"""Small applications by a seed: modules that load each other in every way that Python has, and lack `redis` in some places."""
import random

EDGES = ["plain", "alias", "from", "dynamic", "dunder", "main", "function", "class", "decorator", "guard", "checking", "idle", "nested", "coroutine", "generator"]
HANDLERS = [
    ("ImportError", ["pass"]),
    ("ImportError as error", ["print(error)", "raise"]),
    ("ImportError as error", ["raise error"]),
    ("ModuleNotFoundError", ["raise RuntimeError('needed')"]),
    ("Exception", ["pass"]),
    ("ImportError as error", ["raise ImportError(f'needed: {error}')"]),
    ("ImportError", ["import sys", "sys.exit('needed')"]),
    ("ValueError", ["pass"]),
    ("(AttributeError, ImportError)", ["print('without')"]),
    ("", ["print('without')"]),
    ("ImportError", ["if VALUE:", "    raise", "else:", "    raise RuntimeError('needed')"]),
]


def indented(lines, by="    "):
    return [by + line for line in lines]


class Application:
    """The files of one application, `main.py` first to run."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.names = [f"m{number}" for number in range(self.random.randint(2, 5))]
        self.package = ["pk"] + [f"pk.{name}" for name in ("a", "b", "sub")]
        self.files = {}
        self.count = 0
        self.apis = []
        self.files["pk/sub/deep.py"] = self.module([], "pk.sub.deep", 1)
        self.files["pk/sub/__init__.py"] = self.module([], "pk.sub", 1)
        self.files["pk/b.py"] = self.module(["pk.sub"], "pk.b", 2)
        self.files["pk/a.py"] = self.module(["pk.b", "pk.sub.deep"], "pk.a", 2)
        self.files["pk/__init__.py"] = self.module(["pk.a", "pk.sub"], "pk", 2)
        for number, name in reversed(list(enumerate(self.names))):
            later = self.names[number + 1 :] + self.package
            self.files[f"{name}.py"] = self.module(later, name)
        self.files["main.py"] = self.module(self.names + self.package, "__main__", 4)
        self.files["requirements.txt"] = "six\n"
        self.lack()

    def fresh(self, word):
        self.count += 1
        return f"{word}_{self.count}"

    def statement(self, name, module):
        """One import of `name` from `module`."""
        forms = [f"import {name}"]
        top, _, last = name.rpartition(".")
        if top:
            forms += [f"from {top} import {last}", f"from {name} import VALUE as {self.fresh('v')}"]
        else:
            forms += [f"from {name} import VALUE as {self.fresh('v')}", f"import {name} as {self.fresh('m')}"]
        if module.startswith("pk") and name.startswith("pk."):
            inner = name.removeprefix("pk.")
            dots = {"pk": ".", "pk.a": ".", "pk.b": ".", "pk.sub": "..", "pk.sub.deep": ".."}[module]
            if "." not in inner:
                forms.append(f"from {dots} import {inner}")
            forms.append(f"from {dots}{inner} import VALUE")
        if not module.startswith("pk") or name.startswith("pk."):
            forms.append(f"import importlib; importlib.import_module('{name}')")
            forms.append(f"__import__('{name}')")
        return self.random.choice(forms)

    def wrapped(self, statement, module):
        """The lines that run the statement, or do not."""
        kind = self.random.choice(EDGES)
        function = self.fresh("f")
        define = [f"def {function}(*args):", *indented([statement, "return args[0] if args else None"])]
        if kind == "guard":
            head, body = self.random.choice(HANDLERS)
            lines = ["try:", *indented([statement]), f"except {head}:".replace(" :", ":"), *indented(body)]
            if self.random.random() < 0.2:
                outer, end = self.random.choice(HANDLERS)
                lines = ["try:", *indented(lines), f"except {outer}:".replace(" :", ":"), *indented(end)]
            return lines
        if kind == "main":
            return ["if __name__ == '__main__':", *indented([statement])]
        if kind == "function":
            return [*define, f"{function}()"]
        if kind == "nested":
            outer = self.fresh("f")
            return [*define, f"def {outer}():", *indented([f"return {function}()"]), f"{self.fresh('x')} = {outer}()"]
        if kind == "idle":
            return define
        if kind == "coroutine":
            return self.coroutine(function, statement)
        if kind == "generator":
            return self.generator(function, statement)
        if kind == "class":
            return [f"class {self.fresh('C')}:", *indented([statement])]
        if kind == "decorator":
            return [*define, f"@{function}", f"def {self.fresh('g')}(): pass"]
        if kind == "checking":
            return ["from typing import TYPE_CHECKING", "if TYPE_CHECKING:", *indented([statement])]
        return [statement]

    def coroutine(self, function, statement):
        """A coroutine, which runs where it is awaited."""
        outer = self.fresh("f")
        define = [f"async def {function}():", *indented([statement, "return 1"])]
        awaits = ["import asyncio", *define, f"async def {outer}():", *indented([f"return await {function}()"]), f"asyncio.run({outer}())"]
        return self.random.choice([
            [*define, f"{function}().close()"],
            ["import asyncio", *define, f"asyncio.run({function}())"],
            awaits,
            [line.replace("await ", "").replace("return " + function + "()", function + "().close()") for line in awaits],
        ])

    def generator(self, function, statement):
        """A generator, which runs where it is iterated over."""
        define = [f"def {function}():", *indented([statement, "yield 1"])]
        return self.random.choice([
            [*define, f"{self.fresh('x')} = {function}()"],
            [*define, f"{self.fresh('x')} = list({function}())"],
            [*define, f"for {self.fresh('x')} in {function}():", "    pass"],
            ["import contextlib", "@contextlib.contextmanager", *define, f"with {function}():", "    pass"],
            ["import contextlib", "@contextlib.contextmanager", *define, f"{self.fresh('x')} = {function}()"],
        ])

    def module(self, later, module, most=3):
        lines = ["VALUE = 1"]
        for name in self.random.sample(later, min(len(later), self.random.randint(1, most))):
            lines += self.wrapped(self.statement(name, module), module)
            lines += ["", "# comment"] * self.random.randint(0, 1)
            if name in self.apis and self.random.random() < 0.5:
                lines += self.calls(name)
        if module.startswith("m") and self.random.random() < 0.3:
            lines.append(f"import {self.random.choice(self.names)}  # may well be a cycle")
        if later and self.random.random() < 0.4:
            # others may call it; what it imports is loaded only then
            statement = self.statement(self.random.choice(later), module) if self.random.random() < 0.7 else "import redis"
            lines += ["def api():", *indented([statement])]
            self.apis.append(module)
        return "\n".join(lines) + "\n"

    def calls(self, name):
        """Calls the function of another module at once."""
        local = self.random.choice(["api", self.fresh("api")])
        taken = f"from {name} import api" + (f" as {local}" if local != "api" else "")
        call = self.random.choice([f"{local}()", f"{self.fresh('r')} = {local}()", f"print({local}.__name__)"])
        if self.random.random() < 0.2:
            return [taken, "try:", *indented([call]), "except ImportError:", "    pass"]
        return [taken, "if __name__ == '__main__':", *indented([call])] if self.random.random() < 0.2 else [taken, call]

    def lack(self):
        """Puts imports of redis into some modules."""
        code = [path for path in self.files if path.endswith(".py")]
        for path in self.random.sample(code, self.random.randint(1, 3)):
            lines = self.files[path].splitlines()
            name = self.random.choice(["import redis", "from redis import Redis", "import redis.client", "import redis as r"])
            wrapped = self.wrapped(name, "redis")
            if wrapped[0] == "try:" and "pass" in wrapped[-1] and self.random.random() < 0.5:
                wrapped.append({"import redis as r": "r.x"}.get(name, "Redis(1)" if "Redis" in name else "redis.x"))
            self.files[path] = "\n".join([*lines, *wrapped]) + "\n"
