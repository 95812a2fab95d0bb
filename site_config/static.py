"""Static files with hashed names, compressed, also for imports between JavaScript modules."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class ManifestStorage(CompressedManifestStaticFilesStorage):
    """Hashes names also in `import … from "./module.js"`, so a module never loads an old version of another.

    The manifest keeps the names that only an earlier version of the site has, as its files stay, too. A server of that
    version that starts later, as after a rollback, would answer 500 on each page with such a name.
    """

    support_js_module_import_aggregation = True

    def save_manifest(self) -> None:
        """Write the manifest, with the names of the present one whose files are there."""
        earlier, _digest = self.load_manifest()
        kept = {name: hashed for name, hashed in earlier.items() if name not in self.hashed_files}
        self.hashed_files |= {name: hashed for name, hashed in kept.items() if self.exists(hashed)}
        super().save_manifest()
