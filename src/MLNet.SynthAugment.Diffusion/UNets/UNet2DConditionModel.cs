using MLNet.SynthAugment.Diffusion.Layers;
using MLNet.SynthAugment.Diffusion.Weights;

namespace MLNet.SynthAugment.Diffusion.UNets;

/// <summary>
/// The noise predictor of latent diffusion (Rombach et al. 2022): a UNet conditioned on the timestep and, by
/// cross-attention, on a text. Parameter names are those of diffusers' UNet2DConditionModel.
/// </summary>
public sealed class UNet2DConditionModel : nn.Module
{
    /// <summary>File name of the weights, without extension.</summary>
    public const string WeightsName = "diffusion_pytorch_model";

    private readonly LoraCompatibleConv2d convIn;
    private readonly TimestepEmbedding timeEmbedding;
    private readonly ClassEmbedding? classEmbedding;
    private readonly AdditionEmbedding? additionEmbedding;
    private readonly GroupNorm normOut;
    private readonly LoraCompatibleConv2d convOut;
    private readonly TensorPlacement placement;
    private readonly IReadOnlyList<long> contextWidths;

    /// <summary>Builds the model; its parameters have no values yet.</summary>
    /// <param name="config">The shape of the model.</param>
    /// <param name="device">Where it lives; the CPU if null.</param>
    /// <param name="dtype">Type of its parameters and of its arithmetic.</param>
    /// <exception cref="ModelFolderException">The config is not supported; the message names the key.</exception>
    public UNet2DConditionModel(
        UNet2DConditionConfig config, Device? device = null, ScalarType dtype = ScalarType.Float32)
        : base(nameof(UNet2DConditionModel))
    {
        config.Validate();
        Config = config;
        placement = new TensorPlacement(device ?? CPU, dtype);
        var channels = config.BlockOutChannels;
        contextWidths = [.. config.CrossAttentionDim.ForBlocks(channels.Count, "cross_attention_dim").Distinct()];
        convIn = new LoraCompatibleConv2d(
            config.InChannels, channels[0], config.ConvInKernel, placement, padding: config.ConvInKernel / 2);
        timeEmbedding = new TimestepEmbedding(channels[0], config.TimeEmbeddingWidth, placement);
        classEmbedding = ClassEmbedding.Create(config, placement);
        additionEmbedding = config.AdditionEmbedType is null ? null : new AdditionEmbedding(config, placement);
        var blocks = new UNetBlocks(config, placement);
        var downBlocks = blocks.Down();
        var midBlock = blocks.Middle();
        var upBlocks = blocks.Up();
        normOut = new GroupNorm(config.NormNumGroups, channels[0], config.NormEps, placement);
        convOut = new LoraCompatibleConv2d(
            channels[0], config.OutChannels, config.ConvOutKernel, placement, padding: config.ConvOutKernel / 2);

        register_module("conv_in", convIn);
        register_module("time_embedding", timeEmbedding);
        if (classEmbedding?.Module is { } classModule)
            register_module("class_embedding", classModule);
        if (additionEmbedding is not null)
            register_module("add_embedding", additionEmbedding.Module);
        register_module("down_blocks", nn.ModuleList(downBlocks));
        register_module("mid_block", midBlock);
        register_module("up_blocks", nn.ModuleList(upBlocks));
        register_module("conv_norm_out", normOut);
        register_module("conv_out", convOut);
        // A list of parts instead of two loops: gradients can be computed part by part (RecomputedPrediction), and
        // DeepFeatureCache can run the first and the last parts alone.
        Stages =
        [
            (sample, _, skips) => FirstConvolution(sample, skips),
            .. downBlocks.SelectMany(block => block.Stages()),
            (hidden, step, _) => midBlock.forward(hidden, step),
            .. upBlocks.SelectMany(block => block.Stages()),
            (hidden, _, _) => convOut.forward(F.silu(normOut.forward(hidden))),
        ];
    }

    /// <summary>The shape of the model.</summary>
    public UNet2DConditionConfig Config { get; }

    /// <summary>How it computes; to be changed between forward passes only.</summary>
    public UNetOptimizations Optimizations { get; set; } = new();

    /// <summary>The parts of the forward pass.</summary>
    internal IReadOnlyList<UNetStage> Stages { get; }

    /// <summary>Type of the parameters and of the arithmetic.</summary>
    internal ScalarType Dtype => placement.Dtype;

    /// <summary>Loads a model from a folder with <c>config.json</c> and safetensors weights.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="device">Where the model shall live; the CPU if null.</param>
    /// <param name="dtype">Type of its parameters.</param>
    /// <exception cref="ModelFolderException">A file is missing or does not fit.</exception>
    /// <exception cref="SafetensorsException">The weight file is damaged.</exception>
    public static UNet2DConditionModel FromFolder(
        string folder, Device? device = null, ScalarType dtype = ScalarType.Float32)
    {
        var config = ModelConfig.Read<UNet2DConditionConfig>(Path.Combine(folder, ModelConfig.FileName));
        using var weights = WeightFiles.Open(folder, WeightsName, preferHalf: dtype != ScalarType.Float32);
        return ModuleWeights.LoadInto(() => new UNet2DConditionModel(config, device, dtype), weights);
    }

    /// <summary>Writes <c>config.json</c> and the weights.</summary>
    /// <param name="folder">The folder; it is made if it is not there.</param>
    /// <param name="dtype">Type of the weights in the file.</param>
    public void Save(string folder, ScalarType dtype)
    {
        ModelConfig.Write(Path.Combine(folder, ModelConfig.FileName), Config);
        ModuleWeights.Save(this, Path.Combine(folder, WeightsName + ".safetensors"), dtype);
    }

    /// <summary>Predicts the noise (or the velocity, as the scheduler's config says).</summary>
    /// <param name="sample">Noisy latents, [B, in channels, H, W].</param>
    /// <param name="timestep">[B], or one number for all rows (shape [] or [1]).</param>
    /// <param name="encoderHiddenStates">Text embeddings, [B, L, cross-attention width].</param>
    /// <param name="conditions">What this UNet takes beside; null for none.</param>
    /// <returns>[B, out channels, H, W] in the model's type.</returns>
    /// <exception cref="ArgumentException">A shape does not fit, or a condition is missing.</exception>
    public Tensor forward(Tensor sample, Tensor timestep, Tensor encoderHiddenStates, UNetConditions? conditions = null)
    {
        var batch = RequireLatents(sample);
        RequireText(encoderHiddenStates, batch);
        return Predict(sample, timestep, TextContext.Unprepared(encoderHiddenStates.to(placement.Dtype)), conditions,
            approximations: null);
    }

    /// <summary>
    /// Predicts the noise (or the velocity, as the scheduler's config says) for a text that was prepared.
    /// </summary>
    /// <param name="sample">Noisy latents, [B, in channels, H, W], B a multiple of the text's
    /// <see cref="TextContext.Rows"/>.</param>
    /// <param name="timestep">[B], or one number for all rows (shape [] or [1]).</param>
    /// <param name="text">What <see cref="PrepareText"/> of this UNet gave.</param>
    /// <param name="conditions">What this UNet takes beside; null for none.</param>
    /// <param name="approximations">Ways to compute less; null for none.</param>
    /// <returns>[B, out channels, H, W] in the model's type.</returns>
    /// <exception cref="ArgumentException">A shape does not fit, a condition is missing, or the text belongs to another
    /// UNet or is disposed.</exception>
    public Tensor forward(Tensor sample, Tensor timestep, TextContext text, UNetConditions? conditions = null,
        UNetApproximations? approximations = null)
    {
        var batch = RequireLatents(sample);
        if (batch % text.Rows != 0)
            throw new ArgumentException(
                $"The batch has {batch} latents, but the text was prepared for {text.Rows} rows: the former must be "
                    + "a multiple of the latter.", nameof(text));
        return Predict(sample, timestep, text, conditions, approximations);
    }

    /// <summary>
    /// Computes the keys and values of every attention to a text, which do not depend on latents or timestep: with them
    /// the steps of sampling save those layers. Rows that repeat are computed and kept once.
    /// </summary>
    /// <param name="encoderHiddenStates">Text embeddings, [B, L, cross-attention width].</param>
    /// <returns>For the other <c>forward</c>, until the weights or adapters change; the caller disposes it.</returns>
    /// <exception cref="ArgumentException">The shape does not fit.</exception>
    public TextContext PrepareText(Tensor encoderHiddenStates)
    {
        RequireText(encoderHiddenStates, ShapeCheck.Any);
        using var states = encoderHiddenStates.to(placement.Dtype);
        if (!Optimizations.ReusesTextKeysAndValues)
            return TextContext.UnpreparedCopy(states);
        // Modules appear once for each of their names: that of the weight files, and that of a field.
        return new TextContext(states,
            modules().OfType<BasicTransformerBlock>().Distinct().SelectMany(block => block.TextAttentions));
    }

    private long RequireLatents(Tensor sample)
    {
        ShapeCheck.Require("latents", sample, ShapeCheck.Any, Config.InChannels, ShapeCheck.Any, ShapeCheck.Any);
        return sample.shape[0];
    }

    private void RequireText(Tensor encoderHiddenStates, long batch)
    {
        foreach (var width in contextWidths)
            ShapeCheck.Require("text embeddings", encoderHiddenStates, batch, ShapeCheck.Any, width);
    }

    private Tensor Predict(Tensor sample, Tensor timestep, TextContext text, UNetConditions? conditions,
        UNetApproximations? approximations)
    {
        using var scope = NewDisposeScope();
        var step = new UNetStep(
            SiluOfTimeEmbedding(timestep, sample.shape[0], sample.device, conditions), text, Optimizations)
        {
            MergedTokens = approximations?.MergedTokens ?? 0,
            Height = sample.shape[2],
            Width = sample.shape[3],
        };
        if (approximations?.DeepFeatures is { } deepFeatures)
            return deepFeatures.Run(Stages, sample, step).MoveToOuterDisposeScope();
        var run = new UNetStageRun(Stages, step);
        return Enumerable.Range(0, Stages.Count).Aggregate(sample, (hidden, stage) => run.Run(stage, hidden))
            .MoveToOuterDisposeScope();
    }

    private Tensor FirstConvolution(Tensor sample, Stack<Tensor> skips)
    {
        var hidden = convIn.forward(
            (Config.CenterInputSample ? Kept(2) * sample - Kept(1) : sample).to(placement.Dtype));
        skips.Push(hidden);
        return hidden;
    }

    /// <summary>
    /// SiLU of the time embedding, class and added conditions included: [B, time width], or [1, time width] where the
    /// rows share it.
    /// </summary>
    internal Tensor SiluOfTimeEmbedding(Tensor timestep, long batch, Device device, UNetConditions? conditions)
    {
        var steps = timestep.to(device).reshape(-1);
        var isShared = steps.shape[0] == 1;
        if (isShared && !Optimizations.SharesTimeEmbedding)
            steps = steps.expand(batch);
        else if (!isShared)
            ShapeCheck.Require("timesteps", steps, batch);
        var sinusoids = Timesteps.Embed(steps, Config.BlockOutChannels[0], Config.FlipSinToCos, Config.FreqShift);
        var embedding = timeEmbedding.forward(sinusoids.to(placement.Dtype));
        if (classEmbedding is not null)
            embedding = embedding.Plus(classEmbedding.forward(conditions?.ClassLabels, batch, placement.Dtype));
        if (additionEmbedding is not null)
            embedding = embedding.Plus(additionEmbedding.forward(conditions, batch, placement.Dtype));
        return F.silu(embedding);
    }
}

/// <summary>What some UNets take beside the text.</summary>
public sealed record UNetConditions
{
    /// <summary>
    /// For UNets with a class embedding: [B] int64 class numbers or noise levels, or [B, width] embeddings with
    /// <c>class_embed_type</c> projection, simple_projection or identity.
    /// </summary>
    public Tensor? ClassLabels { get; init; }

    /// <summary>For <c>addition_embed_type</c> text_time (SDXL): the pooled text embeddings, [B, width].</summary>
    public Tensor? AddedTextEmbeds { get; init; }

    /// <summary>For <c>addition_embed_type</c> text_time (SDXL): original size, crop and target size, [B, 6].</summary>
    public Tensor? AddedTimeIds { get; init; }
}
