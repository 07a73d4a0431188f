namespace MLNet.SynthAugment.Diffusion.Lora;

/// <summary>How a LoRA file names its tensors.</summary>
public enum LoraFormat
{
    /// <summary>
    /// PEFT, and diffusers since it builds on PEFT: <c>unet.….to_q.lora_A.weight</c>, <c>….lora_B.weight</c>.
    /// </summary>
    Peft,

    /// <summary>
    /// diffusers' own layers: <c>unet.….to_q.lora.down.weight</c>,
    /// <c>text_encoder.….q_proj.lora_linear_layer.up.weight</c>.
    /// </summary>
    Diffusers,

    /// <summary>
    /// diffusers' older attention processors: <c>unet.….attn1.processor.to_q_lora.down.weight</c>. Has names for
    /// attention projections only.
    /// </summary>
    AttentionProcessors,

    /// <summary>
    /// kohya's sd-scripts, which most other programs read: <c>lora_unet_…_attn1_to_q.lora_down.weight</c>,
    /// <c>.lora_up.weight</c>, <c>.alpha</c>; text encoders as <c>lora_te_…</c>, or <c>lora_te1_…</c> and
    /// <c>lora_te2_…</c> where there are two.
    /// </summary>
    Kohya,
}
