namespace MLNet.SynthAugment.Store;

/// <summary>The tables of a manifest; docs/store.md describes them for readers.</summary>
internal static class ManifestSchema
{
    // "SynA" in ASCII: tells our files from other programs' SQLite files.
    public const int ApplicationId = 0x53796E41;

    public const int FormatVersion = 2;

    public const string Create = """
        CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL);
        CREATE TABLE image (
            label TEXT NOT NULL, number INTEGER NOT NULL, file TEXT NOT NULL, sha256 TEXT NOT NULL,
            method TEXT NOT NULL, model_sha256 TEXT, adapter_sha256 TEXT,
            prompt TEXT NOT NULL, seed INTEGER NOT NULL, steps INTEGER, guidance_scale REAL, scheduler TEXT,
            source_row INTEGER, source_image_sha256 TEXT, soft_labels TEXT, details TEXT, method_score REAL,
            PRIMARY KEY (label, number));
        CREATE TABLE clip_feature (
            clip_sha256 TEXT NOT NULL, image_sha256 TEXT NOT NULL, feature BLOB NOT NULL,
            PRIMARY KEY (clip_sha256, image_sha256)) WITHOUT ROWID;
        CREATE TABLE selection (id INTEGER PRIMARY KEY, settings TEXT NOT NULL UNIQUE);
        CREATE TABLE decision (
            selection INTEGER NOT NULL REFERENCES selection (id), label TEXT NOT NULL, number INTEGER NOT NULL, image_sha256 TEXT NOT NULL,
            accepted INTEGER NOT NULL, reason TEXT, class_probability REAL, most_probable_class TEXT,
            shot_similarity REAL, nearest_shot_sha256 TEXT, image_similarity REAL, nearest_image INTEGER, near_copy INTEGER NOT NULL,
            PRIMARY KEY (selection, label, number));
        CREATE VIEW overview AS
            SELECT image.label, image.number, image.file, decision.selection,
                CASE decision.accepted WHEN 1 THEN 'accepted' WHEN 0 THEN 'rejected' END AS decision, decision.reason,
                coalesce(decision.class_probability, image.method_score) AS score, decision.shot_similarity,
                image.prompt, image.seed, image.source_row, image.adapter_sha256
            FROM image LEFT JOIN decision USING (label, number)
            ORDER BY decision.selection, image.label, image.number;
        """;
}
