"""Has metadata of every wrong type where nbgrader looks for marks."""


def hand_in(folder, notebook, write):
    odd = ["x", 3, None, [], {"grade_id": {}}, {"grade_id": ["double"]}]
    odd.append({"grade_id": "../../gradebook", "grade": True})
    free = [cell for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("grade_id") is None]
    for cell, value in zip(free + [notebook.cells[0]] * len(odd), odd):
        cell.metadata["nbgrader"] = value
    argv = ["sh", "-c", "touch CANARY"]
    notebook.metadata["kernelspec"] = {"name": "bash", "display_name": "x", "argv": argv}
    write(notebook)
