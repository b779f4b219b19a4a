"""The stubs say what the module has, no more and no less."""

import ast
import inspect
import unittest
from pathlib import Path

import copydesk
from copydesk import _copydesk

STUB = Path(copydesk.__file__).with_name("_copydesk.pyi")

# Every class has these, and the stubs need not repeat them.
USUAL = {"__doc__", "__module__", "__new__", "__eq__", "__hash__", "__repr__", "__iter__", "__next__", "__class_getitem__"}
USUAL |= {"__ne__", "__lt__", "__le__", "__gt__", "__ge__", "__parameters__", "__orig_bases__"}


def parameters(function: ast.FunctionDef) -> list[str]:
    arguments = function.args
    return [argument.arg for argument in arguments.posonlyargs + arguments.args + arguments.kwonlyargs]


class Stubs(unittest.TestCase):
    def setUp(self):
        self.tree = ast.parse(STUB.read_text("utf-8"))

    def test_names_of_the_package(self):
        stubbed = {node.name for node in self.tree.body if isinstance(node, (ast.ClassDef, ast.FunctionDef))}
        real = {name for name in vars(_copydesk) if not name.startswith("__")} - {"LAYERS"}
        self.assertEqual({name for name in stubbed if name not in ("_ArrowStream",)}, real)
        for name in copydesk.__all__:
            self.assertTrue(hasattr(copydesk, name), name)

    def test_members_of_classes(self):
        for node in self.tree.body:
            if not isinstance(node, ast.ClassDef) or node.name == "_ArrowStream":
                continue
            real = set(vars(getattr(_copydesk, node.name))) - USUAL
            stubbed = {own.name for own in node.body if isinstance(own, ast.FunctionDef)} - USUAL
            self.assertEqual(stubbed, real, node.name)

    def test_parameters(self):
        owners = [(_copydesk, self.tree.body)]
        owners += [
            (getattr(_copydesk, node.name), node.body)
            for node in self.tree.body
            if isinstance(node, ast.ClassDef) and node.name != "_ArrowStream"
        ]
        for owner, body in owners:
            for node in body:
                # What Python calls by itself tells no names of parameters.
                if not isinstance(node, ast.FunctionDef) or node.name == "__call__":
                    continue
                real = inspect.getattr_static(owner, node.name)
                if not callable(real) or isinstance(real, type):
                    continue
                signature = inspect.signature(getattr(owner, node.name))
                self.assertEqual(list(signature.parameters), parameters(node), f"{owner}.{node.name}")

    def test_all_is_documented(self):
        for node in self.tree.body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                self.assertTrue(ast.get_docstring(node), node.name)
                for own in node.body:
                    if isinstance(own, ast.FunctionDef) and not own.name.startswith("_") and not own.decorator_list:
                        self.assertTrue(ast.get_docstring(own), f"{node.name}.{own.name}")

    def test_help_is_that_of_the_stubs(self):
        owners = [(_copydesk, self.tree)] + [
            (getattr(_copydesk, node.name), node) for node in self.tree.body if isinstance(node, ast.ClassDef) and hasattr(_copydesk, node.name)
        ]
        for owner, node in owners[1:]:
            self.assertEqual(inspect.getdoc(owner), ast.get_docstring(node), node.name)
        for owner, node in owners:
            for own in node.body:
                # Python has words of its own for a call.
                if isinstance(own, ast.FunctionDef) and ast.get_docstring(own) and own.name != "__call__":
                    real = inspect.getattr_static(owner, own.name)
                    self.assertEqual(inspect.getdoc(real), ast.get_docstring(own), f"{owner}.{own.name}")


if __name__ == "__main__":
    unittest.main()
