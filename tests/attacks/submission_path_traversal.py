"""Names files, attachments, outputs and itself so that whoever writes under those names writes elsewhere."""

TRAVERSAL = ["..\\..\\..\\gradebook.db", "-rf", "a\nb", "{student}", "%(assignment)s", "~root", "x" * 200]


def hand_in(folder, notebook, write):
    for name in TRAVERSAL:
        (folder / name).write_text("x")
    places = ["../../../../gradebook.db", "CANARY", "/CANARY", "../small.ipynb"]
    text = next(cell for cell in notebook.cells if cell.cell_type == "markdown")
    text["attachments"] = {place: {"image/png": "eA==", "../" + place: "eA=="} for place in places}
    notebook.metadata.update({"name": places[0], "path": places[1], "title": places[2]})
    for cell in notebook.cells:
        cell.metadata["filenames"] = {"image/png": places[1]}
        cell.metadata["name"] = places[0]
    write(notebook)
