"""Several numbers in one vector register, for functions that numba compiles.

Compilers turn loops over a few arrays into vector instructions, but give up where they cannot prove that many arrays
do not overlap. These say what is meant: `LANES` numbers in single precision are read, multiplied, added and written
together. Importing this module imports numba, so it is imported where it is needed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from llvmlite import ir  # type: ignore[import-untyped]

from srna_tools.compiled import numba

# Functions compiled before keep their number in numba's cache: clear it (__pycache__) after a change here.
LANES = 8
_VECTOR = ir.VectorType(ir.FloatType(), LANES)
# A product and a sum may become one instruction; infinities and NaN keep their meaning.
_FLAGS = ("contract", "nsz")
_BYTES = 4


class _LanesType(numba.types.Type):  # type: ignore[misc]  # numba has no types
    """Numba's name for a vector of `LANES` numbers."""

    def __init__(self) -> None:
        super().__init__(name="Lanes")


_LANES_TYPE = _LanesType()


@numba.extending.register_model(_LanesType)
class _LanesModel(numba.extending.models.PrimitiveModel):  # type: ignore[misc]
    """A vector is kept as LLVM's own."""

    def __init__(self, manager: Any, kind: Any) -> None:
        super().__init__(manager, kind, _VECTOR)


def _place(context: Any, builder: Any, kind: Any, array: Any, index: Any) -> Any:
    """Pointer to `LANES` numbers of an array from an index on."""
    data = context.make_array(kind)(context, builder, array).data
    return builder.bitcast(builder.gep(data, [index]), _VECTOR.as_pointer())


@numba.extending.intrinsic  # type: ignore[untyped-decorator]
def read(typing: Any, array: Any, index: Any) -> tuple[Any, Callable[..., Any]]:
    """Vector of the numbers of a contiguous float32 array from an index on; the index is not checked."""
    del typing

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        pointer = _place(context, builder, signature.args[0], *arguments)
        return builder.load(pointer, align=_BYTES)

    return _LANES_TYPE(array, numba.types.intp), generate


@numba.extending.intrinsic  # type: ignore[untyped-decorator]
def write(typing: Any, array: Any, index: Any, lanes: Any) -> tuple[Any, Callable[..., Any]]:
    """Write a vector into a contiguous float32 array from an index on; the index is not checked."""
    del typing

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        pointer = _place(context, builder, signature.args[0], *arguments[:2])
        builder.store(arguments[2], pointer, align=_BYTES)
        return context.get_dummy_value()

    return numba.types.void(array, numba.types.intp, lanes), generate


@numba.extending.intrinsic  # type: ignore[untyped-decorator]
def all_lanes(typing: Any, number: Any) -> tuple[Any, Callable[..., Any]]:
    """Vector with the same number in each lane."""
    del typing, number

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        del context, signature
        integer = ir.IntType(32)
        first = builder.insert_element(ir.Constant(_VECTOR, ir.Undefined), arguments[0], integer(0))
        order = ir.Constant(ir.VectorType(integer, LANES), [0] * LANES)
        return builder.shuffle_vector(first, ir.Constant(_VECTOR, ir.Undefined), order)

    return _LANES_TYPE(numba.types.float32), generate


@numba.extending.intrinsic  # type: ignore[untyped-decorator]
def times(typing: Any, first: Any, second: Any) -> tuple[Any, Callable[..., Any]]:
    """Product of two vectors, lane by lane."""
    del typing

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        del context, signature
        return builder.fmul(*arguments, flags=_FLAGS)

    return _LANES_TYPE(first, second), generate


@numba.extending.intrinsic  # type: ignore[untyped-decorator]
def plus_product(typing: Any, total: Any, first: Any, second: Any) -> tuple[Any, Callable[..., Any]]:
    """``total + first * second``, lane by lane."""
    del typing

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        del context, signature
        product = builder.fmul(arguments[1], arguments[2], flags=_FLAGS)
        return builder.fadd(arguments[0], product, flags=_FLAGS)

    return _LANES_TYPE(total, first, second), generate
