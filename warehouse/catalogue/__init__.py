"""The catalogue of surveys: instruments, geographies, targets, published results and limits."""

from warehouse.catalogue.names import AmbiguousProvince, ProvinceNames, UnknownProvince
from warehouse.catalogue.reader import Catalogue, Geography, Instrument, read_catalogue

__all__ = [
    "AmbiguousProvince",
    "Catalogue",
    "Geography",
    "Instrument",
    "ProvinceNames",
    "UnknownProvince",
    "read_catalogue",
]
