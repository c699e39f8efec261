"""Starts an application as Python does and tells what happened; run by `run` only, in a process of its own.

Arguments: the application's folder, how it is run (script, module or import), and the file or dotted name. What it prints last is
one JSON object: the application's own modules in the order of loading, and the places (path, line) from the start to the failure.
"""
import builtins
import importlib
import json
import os
import runpy
import sys


def own(path, root):
    if path.startswith("<"):
        return None
    path = os.path.abspath(path)
    return os.path.relpath(path, root).replace(os.sep, "/") if path.startswith(root + os.sep) else None


def places(error, root):
    """From the start to where the first failure behind `error` was raised."""
    frames, trace = [], error.__traceback__
    while trace is not None:
        path = own(trace.tb_frame.f_code.co_filename, root)
        if path:
            # what raises again stands in the same frame twice, and the body of a class has one of its own: the last counts
            of_class = trace.tb_frame.f_locals.get("__qualname__") == trace.tb_frame.f_code.co_name
            if frames and (frames[-1][0] is trace.tb_frame or of_class):
                frames.pop()
            frames.append((trace.tb_frame, (path, trace.tb_lineno)))
        trace = trace.tb_next
    cause = error.__context__
    if cause is None:
        return frames
    inner = places(cause, root)
    # the cause was caught in a frame that both have: what comes before it is told by the later failure only
    for at, (frame, _) in enumerate(frames):
        if inner and frame is inner[0][0]:
            return frames[:at] + inner
    return frames + inner if isinstance(cause, ImportError) else frames


def main():
    root, how, target = os.path.abspath(sys.argv[1]), sys.argv[2], sys.argv[3]
    arguments = sys.argv[4:]
    os.chdir(root)
    loaded = []

    def watch(event, arguments):
        """Notes the modules in the order in which their code runs, those that fail as well."""
        code = arguments[0] if event == "exec" else None
        path = own(code.co_filename, root) if getattr(code, "co_name", "") == "<module>" else None
        if path and path not in loaded:
            loaded.append(path)

    sys.addaudithook(watch)
    orphans = []
    original, original_dynamic = builtins.__import__, importlib.import_module

    def note(name):
        """A module that outlived its package, which failed and was taken back, is imported again: Python does not ask for the
        package then, and nobody should rely on that."""
        parent = name.rpartition(".")[0]
        if name in sys.modules and parent and parent not in sys.modules and name not in orphans:
            orphans.append(name)

    def statement(name, globals=None, locals=None, fromlist=(), level=0):
        if level == 0:
            note(name)
        elif globals and globals.get("__package__"):
            base = globals["__package__"].rsplit(".", level - 1)[0] if level > 1 else globals["__package__"]
            note(f"{base}.{name}" if name else base)
        return original(name, globals, locals, fromlist, level)

    def dynamic(name, package=None):
        note(name)
        return original_dynamic(name, package)

    builtins.__import__, importlib.import_module = statement, dynamic
    sys.path.insert(0, os.path.join(root, os.path.dirname(target)) if how == "script" else root)
    sys.argv = [target, *arguments]
    failure, chain, final = None, [], None
    try:
        if how == "script":
            runpy.run_path(os.path.join(root, target), run_name="__main__")
        elif how == "module":
            runpy.run_module(target, run_name="__main__", alter_sys=True)
        else:
            module, _, function = target.partition(":")
            module = importlib.import_module(module)
            if function:
                getattr(module, function)()
    except BaseException as error:
        final = type(error).__name__
        first = error
        while first.__context__ is not None:
            first = first.__context__
        failure = getattr(first, "name", None) if isinstance(first, ImportError) else None
        chain = [place for _, place in places(error, root)]
    sys.stdout = sys.__stdout__
    print("\n" + json.dumps({"failure": failure, "final": final, "chain": chain, "loaded": loaded, "orphans": orphans}))
    sys.stdout.flush()
    os._exit(0)


main()
