using MLNet.SynthAugment.Diffusion.Schedulers;
using static TorchSharp.torch;

namespace MLNet.SynthAugment.Diffusion.Tests.Models;

/// <summary>
/// Configs with the keys that the published models' files have (old ones with few, new ones with many, some null),
/// scaled down: the model that they describe is the one that was saved.
/// </summary>
public sealed class PublishedConfigTests : IDisposable
{
    private const string TextEncoder = """
        { "_name_or_path": "./text_encoder", "architectures": ["CLIPTextModel"], "attention_dropout": 0.0, "bos_token_id": 0, "dropout": 0.0, "eos_token_id": 2,
          "hidden_act": "quick_gelu", "hidden_size": 12, "initializer_factor": 1.0, "initializer_range": 0.02, "intermediate_size": 16, "layer_norm_eps": 1e-05,
          "max_position_embeddings": 8, "model_type": "clip_text_model", "num_attention_heads": 2, "num_hidden_layers": 3, "pad_token_id": 1, "projection_dim": 12,
          "torch_dtype": "float16", "transformers_version": "4.22.0.dev0", "vocab_size": 54 }
        """;

    private const string Vae = """
        { "_class_name": "AutoencoderKL", "_diffusers_version": "0.6.0.dev0", "_name_or_path": "./vae", "act_fn": "silu", "block_out_channels": [8, 8],
          "down_block_types": ["DownEncoderBlock2D", "DownEncoderBlock2D"], "in_channels": 3, "latent_channels": 4, "layers_per_block": 1, "norm_num_groups": 4,
          "out_channels": 3, "sample_size": 16, "up_block_types": ["UpDecoderBlock2D", "UpDecoderBlock2D"] }
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("model").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Stable_diffusion_1()
    {
        using var loaded = Reload(TinyModelKinds.StableDiffusion1, new()
        {
            ["model_index.json"] = """
                { "_class_name": "StableDiffusionPipeline", "_diffusers_version": "0.6.0", "feature_extractor": ["transformers", "CLIPImageProcessor"],
                  "safety_checker": ["stable_diffusion", "StableDiffusionSafetyChecker"], "scheduler": ["diffusers", "PNDMScheduler"], "text_encoder": ["transformers", "CLIPTextModel"],
                  "tokenizer": ["transformers", "CLIPTokenizer"], "unet": ["diffusers", "UNet2DConditionModel"], "vae": ["diffusers", "AutoencoderKL"] }
                """,
            ["unet/config.json"] = OldUNet(inChannels: 4),
            ["vae/config.json"] = Vae,
            ["text_encoder/config.json"] = TextEncoder,
            ["tokenizer/special_tokens_map.json"] =
                """{ "bos_token": { "content": "<|startoftext|>", "lstrip": false, "normalized": true, "rstrip": false, "single_word": false }, "eos_token": { "content": "<|endoftext|>" }, "pad_token": "<|endoftext|>", "unk_token": { "content": "<|endoftext|>" } }""",
            ["tokenizer/tokenizer_config.json"] =
                """{ "add_prefix_space": false, "errors": "replace", "model_max_length": 8, "name_or_path": "./tokenizer", "tokenizer_class": "CLIPTokenizer", "bos_token": { "__type": "AddedToken", "content": "<|startoftext|>" } }""",
            ["scheduler/scheduler_config.json"] = """
                { "_class_name": "PNDMScheduler", "_diffusers_version": "0.6.0", "beta_end": 0.012, "beta_schedule": "scaled_linear", "beta_start": 0.00085, "num_train_timesteps": 1000,
                  "set_alpha_to_one": false, "skip_prk_steps": true, "steps_offset": 1, "trained_betas": null, "clip_sample": false }
                """,
        });
        Assert.Equal(0.18215, loaded.Vae.ScalingFactor);
        Assert.Equal(PredictionType.Epsilon, loaded.SchedulerConfig.PredictionType);
    }

    [Fact]
    public void Inpainting() =>
        Reload(TinyModelKinds.Inpaint, new()
        {
            ["unet/config.json"] = OldUNet(inChannels: 9),
            ["vae/config.json"] = Vae,
            ["text_encoder/config.json"] = TextEncoder
        }).Dispose();

    [Fact]
    public void Stable_diffusion_2_with_v_prediction()
    {
        using var loaded = Reload(TinyModelKinds.StableDiffusion2, new()
        {
            ["model_index.json"] = """
                { "_class_name": "StableDiffusionPipeline", "_diffusers_version": "0.8.0", "feature_extractor": ["transformers", "CLIPImageProcessor"], "requires_safety_checker": false,
                  "safety_checker": [null, null], "scheduler": ["diffusers", "DDIMScheduler"], "text_encoder": ["transformers", "CLIPTextModel"], "tokenizer": ["transformers", "CLIPTokenizer"],
                  "unet": ["diffusers", "UNet2DConditionModel"], "vae": ["diffusers", "AutoencoderKL"] }
                """,
            ["unet/config.json"] = """
                { "_class_name": "UNet2DConditionModel", "_diffusers_version": "0.10.0.dev0", "_name_or_path": "hf-models/unet", "act_fn": "silu", "attention_head_dim": [1, 2], "block_out_channels": [8, 16],
                  "center_input_sample": false, "cross_attention_dim": 12, "down_block_types": ["CrossAttnDownBlock2D", "DownBlock2D"], "downsample_padding": 1, "dual_cross_attention": false,
                  "flip_sin_to_cos": true, "freq_shift": 0, "in_channels": 4, "layers_per_block": 1, "mid_block_scale_factor": 1, "norm_eps": 1e-05, "norm_num_groups": 4, "num_class_embeds": null,
                  "only_cross_attention": false, "out_channels": 4, "sample_size": 8, "up_block_types": ["UpBlock2D", "CrossAttnUpBlock2D"], "use_linear_projection": true, "upcast_attention": true }
                """,
            ["scheduler/scheduler_config.json"] = """
                { "_class_name": "DDIMScheduler", "_diffusers_version": "0.8.0", "beta_end": 0.012, "beta_schedule": "scaled_linear", "beta_start": 0.00085, "clip_sample": false,
                  "num_train_timesteps": 1000, "prediction_type": "v_prediction", "set_alpha_to_one": false, "skip_prk_steps": true, "steps_offset": 1, "trained_betas": null }
                """,
        });
        Assert.Equal(PredictionType.VPrediction, loaded.SchedulerConfig.PredictionType);
    }

    [Fact]
    public void Upscaler()
    {
        using var loaded = Reload(TinyModelKinds.Upscaler, new()
        {
            ["model_index.json"] = """
                { "_class_name": "StableDiffusionUpscalePipeline", "_diffusers_version": "0.8.0", "low_res_scheduler": ["diffusers", "DDPMScheduler"], "max_noise_level": 25,
                  "scheduler": ["diffusers", "DDIMScheduler"], "text_encoder": ["transformers", "CLIPTextModel"], "tokenizer": ["transformers", "CLIPTokenizer"],
                  "unet": ["diffusers", "UNet2DConditionModel"], "vae": ["diffusers", "AutoencoderKL"] }
                """,
            ["unet/config.json"] = """
                { "_class_name": "UNet2DConditionModel", "_diffusers_version": "0.10.0.dev0", "act_fn": "silu", "attention_head_dim": 2, "block_out_channels": [8, 16], "center_input_sample": false,
                  "class_embed_type": null, "cross_attention_dim": 12, "down_block_types": ["CrossAttnDownBlock2D", "DownBlock2D"], "downsample_padding": 1, "dual_cross_attention": false,
                  "flip_sin_to_cos": true, "freq_shift": 0, "in_channels": 7, "layers_per_block": 1, "mid_block_scale_factor": 1, "mid_block_type": "UNetMidBlock2DCrossAttn", "norm_eps": 1e-05,
                  "norm_num_groups": 4, "num_class_embeds": 30, "only_cross_attention": [true, false], "out_channels": 4, "resnet_time_scale_shift": "default", "sample_size": 8,
                  "up_block_types": ["UpBlock2D", "CrossAttnUpBlock2D"], "use_linear_projection": true }
                """,
            ["vae/config.json"] = Vae.Replace("\"sample_size\"", "\"scaling_factor\": 0.08333, \"sample_size\""),
            ["low_res_scheduler/scheduler_config.json"] = """
                { "_class_name": "DDPMScheduler", "_diffusers_version": "0.8.0", "beta_end": 0.02, "beta_schedule": "scaled_linear", "beta_start": 0.0001, "clip_sample": true,
                  "num_train_timesteps": 1000, "trained_betas": null, "variance_type": "fixed_small" }
                """,
        });
        Assert.Equal((0.08333, 25), (loaded.Vae.ScalingFactor, loaded.MaxNoiseLevel));
        Assert.Equal(BetaSchedule.ScaledLinear, loaded.LowResSchedulerConfig!.BetaSchedule);
    }

    [Fact]
    public void Stable_unclip()
    {
        using var loaded = Reload(TinyModelKinds.UnClip, new()
        {
            ["model_index.json"] = """
                { "_class_name": "StableUnCLIPImg2ImgPipeline", "_diffusers_version": "0.15.0.dev0", "feature_extractor": ["transformers", "CLIPFeatureExtractor"],
                  "image_encoder": ["transformers", "CLIPVisionModelWithProjection"], "image_noising_scheduler": ["diffusers", "DDPMScheduler"], "image_normalizer": ["stable_diffusion", "StableUnCLIPImageNormalizer"],
                  "scheduler": ["diffusers", "PNDMScheduler"], "text_encoder": ["transformers", "CLIPTextModel"], "tokenizer": ["transformers", "CLIPTokenizer"], "unet": ["diffusers", "UNet2DConditionModel"],
                  "vae": ["diffusers", "AutoencoderKL"] }
                """,
            ["unet/config.json"] = """
                { "_class_name": "UNet2DConditionModel", "_diffusers_version": "0.15.0.dev0", "act_fn": "silu", "attention_head_dim": 2, "block_out_channels": [8, 16], "class_embed_type": "projection",
                  "conv_in_kernel": 3, "cross_attention_dim": 12, "down_block_types": ["CrossAttnDownBlock2D", "DownBlock2D"], "in_channels": 4, "layers_per_block": 1, "norm_num_groups": 4,
                  "num_class_embeds": null, "out_channels": 4, "projection_class_embeddings_input_dim": 12, "resnet_out_scale_factor": 1.0, "resnet_skip_time_act": false, "sample_size": 8,
                  "time_cond_proj_dim": null, "time_embedding_act_fn": null, "time_embedding_dim": null, "time_embedding_type": "positional", "timestep_post_act": null,
                  "up_block_types": ["UpBlock2D", "CrossAttnUpBlock2D"], "upcast_attention": true }
                """,
            ["image_encoder/config.json"] = """
                { "architectures": ["CLIPVisionModelWithProjection"], "attention_dropout": 0.0, "dropout": 0.0, "hidden_act": "quick_gelu", "hidden_size": 8, "image_size": 12, "initializer_factor": 1.0,
                  "initializer_range": 0.02, "intermediate_size": 16, "layer_norm_eps": 1e-05, "model_type": "clip_vision_model", "num_attention_heads": 2, "num_channels": 3, "num_hidden_layers": 1,
                  "patch_size": 4, "projection_dim": 6, "torch_dtype": "float16", "transformers_version": "4.27.0.dev0" }
                """,
            ["image_normalizer/config.json"] =
                """{ "_class_name": "StableUnCLIPImageNormalizer", "_diffusers_version": "0.15.0.dev0", "embedding_dim": 6 }""",
            ["feature_extractor/preprocessor_config.json"] = """
                { "crop_size": { "height": 12, "width": 12 }, "do_center_crop": true, "do_convert_rgb": true, "do_normalize": true, "do_rescale": true, "do_resize": true,
                  "feature_extractor_type": "CLIPFeatureExtractor", "image_mean": [0.48145466, 0.4578275, 0.40821073], "image_processor_type": "CLIPFeatureExtractor",
                  "image_std": [0.26862954, 0.26130258, 0.27577711], "resample": 3, "rescale_factor": 0.00392156862745098, "size": { "shortest_edge": 12 } }
                """,
        });
        using var image = TestImages.Pattern(20, 15, 1);
        using var scope = NewDisposeScope();
        var embeds = loaded.ImageEncoder!.forward(loaded.ImageProcessor!.Preprocess([image]));
        Assert.Equal([1, 6], loaded.ImageNormalizer!.Scale(embeds).shape);
    }

    [Fact]
    public void Xl()
    {
        using var loaded = Reload(TinyModelKinds.Xl, new()
        {
            ["model_index.json"] = """
                { "_class_name": "StableDiffusionXLPipeline", "_diffusers_version": "0.19.0.dev0", "force_zeros_for_empty_prompt": true, "add_watermarker": null,
                  "image_encoder": [null, null], "scheduler": ["diffusers", "EulerDiscreteScheduler"], "text_encoder": ["transformers", "CLIPTextModel"],
                  "text_encoder_2": ["transformers", "CLIPTextModelWithProjection"], "tokenizer": ["transformers", "CLIPTokenizer"], "tokenizer_2": ["transformers", "CLIPTokenizer"],
                  "unet": ["diffusers", "UNet2DConditionModel"], "vae": ["diffusers", "AutoencoderKL"] }
                """,
            ["unet/config.json"] = """
                { "_class_name": "UNet2DConditionModel", "_diffusers_version": "0.24.0.dev0", "act_fn": "silu", "addition_embed_type": "text_time", "addition_embed_type_num_heads": 64,
                  "addition_time_embed_dim": 4, "attention_head_dim": [2, 2], "attention_type": "default", "block_out_channels": [8, 16], "center_input_sample": false, "class_embed_type": null,
                  "class_embeddings_concat": false, "conv_in_kernel": 3, "conv_out_kernel": 3, "cross_attention_dim": 32, "cross_attention_norm": null,
                  "down_block_types": ["CrossAttnDownBlock2D", "DownBlock2D"], "downsample_padding": 1, "dropout": 0.0, "dual_cross_attention": false, "encoder_hid_dim": null,
                  "encoder_hid_dim_type": null, "flip_sin_to_cos": true, "freq_shift": 0, "in_channels": 4, "layers_per_block": 1, "mid_block_only_cross_attention": null, "mid_block_scale_factor": 1,
                  "mid_block_type": "UNetMidBlock2DCrossAttn", "norm_eps": 1e-05, "norm_num_groups": 4, "num_attention_heads": null, "num_class_embeds": null, "only_cross_attention": false,
                  "out_channels": 4, "projection_class_embeddings_input_dim": 34, "resnet_out_scale_factor": 1.0, "resnet_skip_time_act": false, "resnet_time_scale_shift": "default",
                  "reverse_transformer_layers_per_block": null, "sample_size": 8, "time_cond_proj_dim": null, "time_embedding_act_fn": null, "time_embedding_dim": null,
                  "time_embedding_type": "positional", "timestep_post_act": null, "transformer_layers_per_block": [1, 2], "up_block_types": ["UpBlock2D", "CrossAttnUpBlock2D"],
                  "upcast_attention": null, "use_linear_projection": true }
                """,
            ["text_encoder_2/config.json"] = """
                { "architectures": ["CLIPTextModelWithProjection"], "bos_token_id": 0, "dropout": 0.0, "eos_token_id": 2, "hidden_act": "gelu", "hidden_size": 20, "intermediate_size": 16,
                  "layer_norm_eps": 1e-05, "max_position_embeddings": 8, "model_type": "clip_text_model", "num_attention_heads": 2, "num_hidden_layers": 3, "pad_token_id": 1, "projection_dim": 10,
                  "torch_dtype": "float16", "transformers_version": "4.32.0.dev0", "vocab_size": 54 }
                """,
            ["vae/config.json"] = Vae.Replace(
                "\"sample_size\"", "\"force_upcast\": true, \"latents_mean\": null, \"latents_std\": null, "
                    + "\"scaling_factor\": 0.13025, \"sample_size\""),
        });
        Assert.Equal(0.13025, loaded.Vae.ScalingFactor);
        Assert.True(loaded.ForceZerosForEmptyPrompt);
    }

    private static string OldUNet(int inChannels) => $$"""
        { "_class_name": "UNet2DConditionModel", "_diffusers_version": "0.6.0.dev0", "_name_or_path": "./unet", "act_fn": "silu", "attention_head_dim": 2, "block_out_channels": [8, 16],
          "center_input_sample": false, "cross_attention_dim": 12, "down_block_types": ["CrossAttnDownBlock2D", "DownBlock2D"], "downsample_padding": 1, "flip_sin_to_cos": true, "freq_shift": 0,
          "in_channels": {{inChannels}}, "layers_per_block": 1, "mid_block_scale_factor": 1, "norm_eps": 1e-05, "norm_num_groups": 4, "out_channels": 4, "sample_size": 8,
          "up_block_types": ["UpBlock2D", "CrossAttnUpBlock2D"] }
        """;

    /// <summary>
    /// Saves a model of a kind, puts other configs in, and loads it: all weights must find their places again.
    /// </summary>
    private LatentDiffusionModel Reload(string kind, Dictionary<string, string> files)
    {
        using var model = TinyModelKinds.Create(kind);
        model.Save(_folder, Precision.Float32);
        foreach (var (file, text) in files)
            File.WriteAllText(Path.Combine(_folder, file), text);
        var loaded = LatentDiffusionModel.Load(_folder);
        Assert.All(model.Modules.Zip(loaded.Modules),
            pair => Assert.Equal(pair.First.parameters().Count(), pair.Second.parameters().Count()));
        return loaded;
    }
}
