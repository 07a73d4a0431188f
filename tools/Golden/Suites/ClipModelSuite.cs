namespace MLNet.SynthAugment.Golden.Suites;

/// <summary>
/// Whole CLIP, in every naming of its weights: features, embeddings, logits, probabilities, contrastive loss.
/// </summary>
internal sealed class ClipModelSuite : IGoldenSuite
{
    private const string Io = "io.safetensors";
    private const string Loss = "contrastive_loss_";
    private const double Tolerance = 5e-5;
    private const double LogitTolerance = 1e-4;

    /// <inheritdoc/>
    public IEnumerable<GoldenCase> Cases(GoldenFolder folder)
    {
        if (folder.ModelClass != "CLIPModel" || !folder.Has(Io))
            yield break;
        foreach (var weights in folder.ModelFiles.Where(
            file => file.EndsWith(".safetensors", StringComparison.Ordinal)))
            yield return new GoldenCase(
                Path.GetFileNameWithoutExtension(weights), ["config.json", weights, Io],
                checks => Check(folder, weights, checks));
    }

    private static void Check(GoldenFolder folder, string weights, GoldenChecks checks)
    {
        var io = folder.Tensors(Io);
        using var model = ClipModel.FromFile(folder.Resolve(weights), device: checks.Device, dtype: checks.Dtype);
        var (images, texts) = (model.ImageFeatures(checks.Input(io["pixel_values"])),
            model.TextFeatures(checks.Input(io["input_ids"])));
        checks.CloseActivation("image_features", io["image_features"], images, Tolerance);
        checks.CloseActivation("text_features", io["text_features"], texts, Tolerance);
        checks.CloseActivation("image_embeds", io["image_embeds"], nn.functional.normalize(images), Tolerance);
        checks.CloseActivation("text_embeds", io["text_embeds"], nn.functional.normalize(texts), Tolerance);
        var logits = model.LogitsPerImage(images, texts);
        checks.Close("logits_per_image", io["logits_per_image"], logits, LogitTolerance);
        if (io.Find("logits_per_text") is { } transposed)
            checks.Close("logits_per_text", transposed, logits.t(), LogitTolerance);
        if (io.Find("probs_per_image") is { } probabilities)
            checks.Close("probs_per_image", probabilities, logits.softmax(-1), Tolerance);
        // contrastive_loss_NxN: of N images with the first N texts.
        foreach (var name in io.Names.Where(name => name.StartsWith(Loss, StringComparison.Ordinal)))
        {
            var count = (int)images.shape[0];
            checks.Close(name, io[name].reshape(1), ClipModel.ContrastiveLoss(logits[.., ..count]).reshape(1),
                Tolerance);
        }
    }
}
