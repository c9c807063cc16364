"""Has halves of characters in its sources, ids and metadata, which no file can hold."""


def hand_in(folder, notebook, write):
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("grade_id") == "double":
            cell.source += "\n# \ud800\udfff\udc00"
        cell.metadata["tags"] = ["\ud800"]
    notebook.metadata["\udfff"] = {"\ud800": "\ud800"}
    write(notebook)
