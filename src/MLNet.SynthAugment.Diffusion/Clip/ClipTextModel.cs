using MLNet.SynthAugment.Diffusion.Layers;
using MLNet.SynthAugment.Diffusion.Weights;

namespace MLNet.SynthAugment.Diffusion.Clip;

/// <summary>
/// The text encoder of CLIP (Radford et al. 2021), with or without the projection at its end. Parameter names are those
/// of transformers' CLIPTextModel; files of transformers 5, which leave <c>text_model.</c> out, load too.
/// </summary>
public sealed class ClipTextModel : nn.Module<Tensor, Tensor>
{
    /// <summary>File name of the weights, without extension.</summary>
    public const string WeightsName = "model";

    // Older configs give 2 for the end token, whatever it is.
    internal const long LegacyEosTokenId = 2;

    // Finite, so that a position that may attend to nothing gives no NaN.
    private const double MaskedScore = -1e38;
    private const double MaskedScoreFloat16 = -65504;

    // Starting values of the embeddings (Radford et al. 2021 with transformers' initializer_range).
    private const double EmbeddingDeviation = 0.02;

    private readonly Embedding tokenEmbedding;
    private readonly Embedding positionEmbedding;
    private readonly ClipEncoderLayer[] layers;
    private readonly LayerNorm finalNorm;
    private readonly nn.Module tower;
    private readonly LoraCompatibleLinear? projection;

    /// <summary>Builds the model; its parameters have no values yet.</summary>
    /// <param name="config">The shape of the model.</param>
    /// <param name="device">Where it lives; the CPU if null.</param>
    /// <param name="dtype">Type of its parameters and of its arithmetic.</param>
    /// <exception cref="ModelFolderException">The config is not supported; the message names the key.</exception>
    public ClipTextModel(ClipTextConfig config, Device? device = null, ScalarType dtype = ScalarType.Float32) : base(
        nameof(ClipTextModel))
    {
        config.Validate();
        Config = config;
        var placement = new TensorPlacement(device ?? CPU, dtype);
        tokenEmbedding = new Embedding(config.VocabSize, config.HiddenSize, placement, EmbeddingDeviation);
        TokenVectors = new AppendedVectors(tokenEmbedding, config.VocabSize);
        positionEmbedding = new Embedding(
            config.MaxPositionEmbeddings, config.HiddenSize, placement, EmbeddingDeviation);
        layers = [.. Enumerable.Range(0, config.NumHiddenLayers)
            .Select(_ => new ClipEncoderLayer(config, placement))];
        finalNorm = new LayerNorm(config.HiddenSize, config.LayerNormEps, placement);
        tower = ModuleGroup.Of(
            ("embeddings", ModuleGroup.Of(
            ("token_embedding", tokenEmbedding), ("position_embedding", positionEmbedding))),
            ("encoder", ModuleGroup.Of(("layers", nn.ModuleList(layers)))),
            ("final_layer_norm", finalNorm));
        register_module("text_model", tower);
        if (config.HasProjection)
        {
            projection = new LoraCompatibleLinear(config.HiddenSize, config.ProjectionDim, placement, hasBias: false);
            register_module("text_projection", projection);
        }
    }

    /// <summary>The shape of the model.</summary>
    public ClipTextConfig Config { get; }

    /// <summary>Looks tokens' vectors up; takes those of placeholder tokens.</summary>
    internal AppendedVectors TokenVectors { get; }

    /// <summary>The vectors of the tokenizer's own tokens, [vocabulary size, width].</summary>
    internal Tensor TokenTable => tokenEmbedding.Weight;

    /// <summary>The layers without the projection, for a model that holds both towers.</summary>
    internal nn.Module Tower => tower;

    /// <summary>The projection, or null.</summary>
    internal nn.Module? Projection => projection;

    /// <summary>Loads a model from a folder with <c>config.json</c> and safetensors weights.</summary>
    /// <param name="folder">The folder; that of a whole CLIP model will do, of which the text part is taken.</param>
    /// <param name="device">Where the model shall live; the CPU if null.</param>
    /// <param name="dtype">Type of its parameters.</param>
    /// <exception cref="ModelFolderException">A file is missing or does not fit.</exception>
    /// <exception cref="SafetensorsException">The weight file is damaged.</exception>
    public static ClipTextModel FromFolder(
        string folder, Device? device = null, ScalarType dtype = ScalarType.Float32) =>
        FromFolder(folder, ClipTextConfig.Read(Path.Combine(folder, ModelConfig.FileName)), device, dtype);

    /// <summary>Loads the weights in a folder for a config that was read before.</summary>
    internal static ClipTextModel FromFolder(string folder, ClipTextConfig config, Device? device, ScalarType dtype)
    {
        using var weights = WeightFiles.Open(folder, WeightsName, preferHalf: dtype != ScalarType.Float32);
        return ModuleWeights.LoadInto(
            () => new ClipTextModel(config, device, dtype), weights, name => IsOtherPart(name, config.HasProjection));
    }

    /// <summary>Writes <c>config.json</c> and the weights.</summary>
    /// <param name="folder">The folder; it is made if it is not there.</param>
    /// <param name="dtype">Type of the weights in the file.</param>
    public void Save(string folder, ScalarType dtype)
    {
        ModelConfig.Write(Path.Combine(folder, ModelConfig.FileName), Config);
        ModuleWeights.Save(this, Path.Combine(folder, WeightsName + ".safetensors"), dtype);
    }

    /// <summary>Encodes tokens as Stable Diffusion does: padding is attended to like any other token.</summary>
    /// <param name="input">Token ids [B, S] int64, 0 to vocabulary size − 1, S up to the longest text.</param>
    /// <returns>The last hidden state after the final norm, [B, S, width].</returns>
    /// <exception cref="ArgumentException">The shape does not fit.</exception>
    public override Tensor forward(Tensor input) => Encode(input).LastHiddenState;

    /// <summary>Encodes tokens and keeps every layer's state.</summary>
    /// <param name="inputIds">Token ids [B, S] int64.</param>
    /// <param name="attentionMask">[B, S], 0 for tokens that nobody attends to; null to attend to all.</param>
    /// <exception cref="ArgumentException">A shape does not fit.</exception>
    public ClipTextOutput Encode(Tensor inputIds, Tensor? attentionMask = null)
    {
        ShapeCheck.Require("token ids", inputIds, ShapeCheck.Any, ShapeCheck.Any);
        var length = inputIds.shape[1];
        if (length > Config.MaxPositionEmbeddings)
            throw new ArgumentException(
                $"The text has {length} tokens, but this encoder takes at most {Config.MaxPositionEmbeddings}.",
                nameof(inputIds));
        var mask = attentionMask is null ? null : CausalMask(attentionMask, inputIds.shape);
        var hidden = TokenVectors.Embed(inputIds).Plus(positionEmbedding.Weight.narrow(0, 0, length));
        var states = new List<Tensor> { hidden };
        foreach (var layer in layers)
            states.Add(hidden = layer.forward(hidden, mask, causal: mask is null));
        return new ClipTextOutput(finalNorm.forward(hidden), states);
    }

    /// <summary>The final norm by itself, for pipelines that take an earlier layer's state.</summary>
    /// <param name="hiddenState">[B, S, width].</param>
    public Tensor ApplyFinalLayerNorm(Tensor hiddenState)
    {
        ShapeCheck.Require("hidden states", hiddenState, ShapeCheck.Any, ShapeCheck.Any, Config.HiddenSize);
        return finalNorm.forward(hiddenState);
    }

    /// <summary>The state at each text's first end token.</summary>
    /// <param name="lastHiddenState">[B, S, width], after the final norm.</param>
    /// <param name="inputIds">The token ids [B, S] it was computed from.</param>
    /// <returns>[B, width].</returns>
    public Tensor Pool(Tensor lastHiddenState, Tensor inputIds)
    {
        ShapeCheck.Require("token ids", inputIds, ShapeCheck.Any, ShapeCheck.Any);
        ShapeCheck.Require("hidden states", lastHiddenState, inputIds.shape[0], inputIds.shape[1], Config.HiddenSize);
        // Where the end token is the largest id, those of placeholder tokens do not count.
        var ends = Config.EosTokenId == LegacyEosTokenId
            ? inputIds.where(inputIds.lt(Kept(Config.VocabSize)), zeros_like(inputIds)).argmax(-1)
            : inputIds.eq(Kept(Config.EosTokenId)).to(ScalarType.Int32).argmax(-1);
        var index = ends.reshape(-1, 1, 1).expand(-1, 1, Config.HiddenSize);
        return lastHiddenState.gather(1, index).squeeze(1);
    }

    /// <summary>The text embedding in CLIP's joint space.</summary>
    /// <param name="pooled">[B, width], from <see cref="Pool"/>.</param>
    /// <returns>[B, projection width].</returns>
    /// <exception cref="InvalidOperationException">The model has no projection.</exception>
    public Tensor Project(Tensor pooled)
    {
        if (projection is null)
            throw new InvalidOperationException(
                $"This text encoder has no projection: its config does not name {ClipTextConfig.WithProjection}.");
        ShapeCheck.Require("pooled states", pooled, ShapeCheck.Any, Config.HiddenSize);
        return projection.forward(pooled);
    }

    // As in transformers, a file may hold more than the part that is asked for.
    private static bool IsOtherPart(string name, bool hasProjection) =>
        ClipConfig.BelongsToVision(name) || name == ClipConfig.LogitScale
            || (!hasProjection && name == "text_projection.weight");

    private Tensor CausalMask(Tensor attentionMask, long[] shape)
    {
        ShapeCheck.Require("attention mask", attentionMask, shape[0], shape[1]);
        var weight = tokenEmbedding.Weight;
        var later = ones(shape[1], shape[1], dtype: ScalarType.Bool, device: weight.device).triu(1);
        var hidden = later.logical_or(attentionMask.to(weight.device).eq(Kept(0)).reshape(shape[0], 1, 1, shape[1]));
        return zeros(hidden.shape, dtype: weight.dtype, device: weight.device)
            .masked_fill(hidden, Kept(weight.dtype == ScalarType.Float16 ? MaskedScoreFloat16 : MaskedScore));
    }
}

/// <summary>What a CLIP text encoder computes.</summary>
/// <param name="LastHiddenState">The last layer's state after the final norm, [B, S, width]: what Stable Diffusion
/// attends to.</param>
/// <param name="HiddenStates">The embeddings, then every layer's state, all without the final norm.</param>
public sealed record ClipTextOutput(Tensor LastHiddenState, IReadOnlyList<Tensor> HiddenStates);

/// <summary>
/// Vectors that a token table has for a while beyond its own, with the ids that follow. The table itself is not
/// touched.
/// </summary>
internal sealed class AppendedVectors(Embedding table, long tableSize)
{
    private readonly List<(long FirstId, Tensor Vectors)> _appended = [];

    /// <summary>Appends vectors, which stay the caller's.</summary>
    /// <param name="vectors">[count, width].</param>
    /// <returns>The id of the first one; no other vector has one of their ids until they are removed.</returns>
    public long Append(Tensor vectors)
    {
        var first = _appended.Count == 0 ? tableSize : _appended.Max(entry => entry.FirstId + entry.Vectors.shape[0]);
        _appended.Add((first, vectors));
        return first;
    }

    public void Remove(long firstId) => _appended.RemoveAll(entry => entry.FirstId == firstId);

    /// <summary>The vectors of ids, in the table's type; gradients reach the appended ones.</summary>
    /// <param name="ids">Ids of any shape.</param>
    /// <returns>[…, width].</returns>
    public Tensor Embed(Tensor ids)
    {
        if (_appended.Count == 0)
            return table.forward(ids);
        var isOwn = ids.lt(Kept(tableSize));
        var result = table.forward(ids.where(isOwn, zeros_like(ids)));
        foreach (var (first, vectors) in _appended)
        {
            var (rows, count) = (ids - Kept(first), vectors.shape[0]);
            var isHere = rows.ge(Kept(0)).logical_and(rows.lt(Kept(count)));
            var chosen = vectors.index_select(0, rows.clamp(Kept(0), Kept(count - 1)).flatten()).reshape(result.shape);
            result = chosen.to(result.dtype).where(isHere.unsqueeze(-1), result);
            isOwn = isOwn.logical_or(isHere);
        }
        return isOwn.all().item<bool>()
            ? result
            : throw new ArgumentException(
                "The text holds the token of an embedding that is no longer active; encode it anew.", nameof(ids));
    }
}
