"""Classifiers behind one interface: trained with Keras or scikit-learn, stored as arrays, applied with numpy."""
