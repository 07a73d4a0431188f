using System.Text.Json.Serialization;

namespace MLNet.SynthAugment.Selection;

/// <summary>What an image is compared with to tell its class.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ClassReference>))]
public enum ClassReference
{
    /// <summary>The classes' names, put into prompts (zero-shot classification, Radford et al. 2021).</summary>
    Text,

    /// <summary>
    /// The classes' shots: the mean direction of their image features (a prototype). For class names that tell a text
    /// encoder nothing, such as codes or characters.
    /// </summary>
    Shots,
}
