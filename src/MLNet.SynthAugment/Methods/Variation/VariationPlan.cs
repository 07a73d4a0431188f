using System.Text.Json.Serialization;

namespace MLNet.SynthAugment.Methods;

/// <summary>What an image is made from, as its provenance tells it.</summary>
/// <param name="Mode">The mode.</param>
/// <param name="First">Index of the shot among those of its class.</param>
/// <param name="Second">Index of the second shot between two.</param>
/// <param name="Mix">Where between the two, 0 (the first) to 1.</param>
/// <param name="SecondShot">The second shot, as details name it.</param>
internal sealed record VariationPlan(
    [property: JsonConverter(typeof(JsonStringEnumConverter<VariationMode>))] VariationMode Mode,
    [property: JsonIgnore] int First,
    [property: JsonIgnore] int? Second = null,
    double? Mix = null,
    ShotDetails? SecondShot = null);
