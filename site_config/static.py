"""Static files with hashed names, compressed, and followed through JavaScript modules."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class ManifestStorage(CompressedManifestStaticFilesStorage):
    """Hashed names also inside `import … from "./module.js"`, so a module never loads a stale neighbour."""

    support_js_module_import_aggregation = True
