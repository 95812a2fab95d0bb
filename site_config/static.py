"""Static files with hashed names, compressed, also for imports between JavaScript modules."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class ManifestStorage(CompressedManifestStaticFilesStorage):
    """Hashes names also in `import … from "./module.js"`, so a module never loads an old version of another."""

    support_js_module_import_aggregation = True
