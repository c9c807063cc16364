"""A cell's outputs made anew from what may be anything, because the student's side sent it."""

import re

from .shell import MAX_OUTPUT

# no JSON: the examiner's own record of calls is one, and nothing may pass for it
MIME = re.compile(r"(?!.*json)(?:text|image|application)/[\w.+-]{1,60}")


def clean(outputs, trusted=False):
    """nbformat outputs made anew: known types, known fields, text only, capped.

    trusted : the outputs are the test's own. Then its errors and its result, which are what is scored, are
              kept however much else there is.
    """
    kept, size = [], 0
    for output in outputs:
        made = _clean(output) if isinstance(output, dict) else None
        if made is None:
            continue
        size += 100 + sum(map(len, made.get("data", made).values()))
        if size < 4 * MAX_OUTPUT or trusted and made["output_type"] in ("error", "execute_result"):
            kept.append(made)
    return kept


def _clean(output):
    kind = output.get("output_type")
    if kind == "stream":
        name = "stderr" if output.get("name") == "stderr" else "stdout"
        return {"output_type": kind, "name": name, "text": _text(output.get("text"))}
    if kind in ("display_data", "execute_result") and isinstance(output.get("data"), dict):
        data = {mime: _text(item, 2 * MAX_OUTPUT) for mime, item in output["data"].items()
                if isinstance(item, str) and isinstance(mime, str) and MIME.fullmatch(mime)}
        return {"output_type": kind, "data": data, "metadata": {}}
    if kind == "error":
        entries = output.get("traceback") if isinstance(output.get("traceback"), list) else []
        return {"output_type": kind, "ename": _text(output.get("ename"), 200),
                "evalue": _text(output.get("evalue"), 20_000),
                "traceback": [_text(entry, 20_000) for entry in entries[:100]]}
    return None


def _text(value, limit=MAX_OUTPUT + 100):
    if isinstance(value, list):
        value = "".join(part for part in value if isinstance(part, str))
    return (value if isinstance(value, str) else "")[:limit].encode("utf-8", "replace").decode()
