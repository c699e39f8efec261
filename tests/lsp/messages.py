"""Holds the messages of the protocol's stories, in both directions, against the types that lsprotocol has made of the meta-model.

    messages.py FOLDER

The folder holds what the tests in Rust recorded (PINLENS_MESSAGES): lines of JSON, `from`, `test` and `message`. What a client
sends wrong on purpose is left out; all that the server says counts.
"""
import collections.abc
import enum
import json
import pathlib
import sys
import typing

import attrs
from lsprotocol import types

REQUESTS = {method: row for method, row in types.METHOD_TO_TYPES.items()}
# what is our own
OWN = ("pinlens/",)
# the stories in which a client sends what is wrong
WRONG_ON_PURPOSE = ("abuse::", "lifecycle::requests_out_of_time_are_errors", "lifecycle::a_client_that_does_not_read_cannot_keep_it_alive",
                    "waiting::an_initialize_that_fails_keeps_nothing_waiting")


def json_name(field):
    """`text_document` -> `textDocument`, `from_` -> `from`."""
    first, *rest = field.name.rstrip("_").split("_")
    return first + "".join(part.capitalize() for part in rest)


def misfits(value, wanted, at):
    """What of the value is not of the type, each with its place."""
    origin, inner = typing.get_origin(wanted), typing.get_args(wanted)
    if wanted in (typing.Any, object) or isinstance(wanted, typing.TypeVar):
        return []
    if isinstance(wanted, (str, typing.ForwardRef)):
        name = wanted if isinstance(wanted, str) else wanted.__forward_arg__
        return misfits(value, getattr(types, name.strip("'\"")), at)
    if origin is typing.Union:
        tries = [misfits(value, one, at) for one in inner]
        return min(tries, key=lambda found: (bool(found), -max((len(one.split(": ")[0]) for one in found), default=0)))
    if origin is typing.Literal:
        return [] if value in inner else [f"{at}: {value!r} is none of {inner}"]
    if origin in (list, collections.abc.Sequence):
        if not isinstance(value, list):
            return [f"{at}: {value!r:.80} is no list"]
        return [one for number, item in enumerate(value) for one in misfits(item, inner[0], f"{at}[{number}]")]
    if origin is tuple:
        if not isinstance(value, list) or len(value) != len(inner):
            return [f"{at}: {value!r:.80} is no pair"]
        return [one for item, kind in zip(value, inner) for one in misfits(item, kind, at)]
    if origin in (dict, collections.abc.Mapping):
        if not isinstance(value, dict):
            return [f"{at}: {value!r:.80} is no map"]
        return [one for key, item in value.items() for one in misfits(key, inner[0], at) + misfits(item, inner[1], f"{at}.{key}")]
    if wanted is type(None) or wanted is None:
        return [] if value is None else [f"{at}: {value!r:.80} is not null"]
    if isinstance(wanted, type) and issubclass(wanted, enum.Enum):
        return [] if value in [one.value for one in wanted] else [f"{at}: {value!r} is no {wanted.__name__}"]
    if wanted in (int, float, str, bool):
        kinds = {int: int, float: (int, float), str: str, bool: bool}[wanted]
        is_it = isinstance(value, kinds) and (wanted is bool or not isinstance(value, bool))
        return [] if is_it else [f"{at}: {value!r:.80} is no {wanted.__name__}"]
    if attrs.has(wanted):
        return of_class(value, wanted, at)
    raise TypeError(f"{at}: {wanted}")


def of_class(value, wanted, at):
    if not isinstance(value, dict):
        return [f"{at}: {value!r:.80} is no {wanted.__name__}"]
    attrs.resolve_types(wanted, vars(types))
    found, known = [], set()
    for field in attrs.fields(wanted):
        name = json_name(field)
        known.add(name)
        if name not in value:
            if field.default is attrs.NOTHING:
                found.append(f"{at}.{name}: is missing")
            continue
        found += misfits(value[name], field.type, f"{at}.{name}")
        if not found and isinstance(value[name], (int, str)) and field.validator is not None:
            try:
                field.validator(wanted, field, value[name])
            except (ValueError, TypeError) as error:
                found.append(f"{at}.{name}: {error}")
    return found + [f"{at}.{key}: is not in the meta-model" for key in value.keys() - known]


def of_message(message, asked):
    """What is wrong with a message; `asked` holds the methods of the requests that the other side has sent."""
    method = message.get("method")
    if method is None:
        if "error" in message:
            return misfits(message["error"], types.ResponseError, "error")
        if "result" not in message or "id" not in message:
            return ["a response without result or id"]
        method = asked.get(json.dumps(message["id"]))
        if method is None or method.startswith(OWN) or method not in REQUESTS:
            return []
        response = REQUESTS[method][1]
        wanted = next(field.type for field in attrs.fields(attrs.resolve_types(response, vars(types))) if field.name == "result")
        return misfits(message["result"], wanted, method)
    if method.startswith(OWN):
        return []
    if method not in REQUESTS:
        return [f"{method}: is no method of the protocol"]
    parameters = REQUESTS[method][2]
    if ("id" in message) != (REQUESTS[method][1] is not None):
        return [f"{method}: a request is no notification"]
    if parameters is None:
        return [] if message.get("params") is None else [f"{method}: has parameters"]
    return misfits(message.get("params", {}), parameters, method)


def main():
    wrong, count, methods = {}, 0, set()
    files = sorted(pathlib.Path(sys.argv[1]).glob("*.jsonl"))
    for file in files:
        asked = {"client": {}, "server": {}}
        for line in file.read_text().splitlines():
            record = json.loads(line)
            side, test, message = record["from"], record["test"], record["message"]
            other = "server" if side == "client" else "client"
            if "method" in message and "id" in message:
                asked[side][json.dumps(message["id"])] = message["method"]
            if side == "client" and test.startswith(WRONG_ON_PURPOSE):
                continue
            count += 1
            methods.add(message.get("method"))
            for problem in of_message(message, asked[other]):
                wrong.setdefault(f"{side}: {problem}", test)
    for problem, test in sorted(wrong.items()):
        print(f"{problem} (as in {test})")
    if count < 1000:
        sys.exit(f"only {count} messages were recorded in {sys.argv[1]}")
    print(f"{count} messages of {len(files)} sessions, {len(methods)} methods: {len(wrong)} that the meta-model does not allow")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
