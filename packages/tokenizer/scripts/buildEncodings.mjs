// Packs the vocabularies that the package carries.
