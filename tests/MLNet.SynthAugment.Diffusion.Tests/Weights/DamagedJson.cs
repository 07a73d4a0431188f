using System.Text;
using System.Text.Json.Nodes;

namespace MLNet.SynthAugment.Diffusion.Tests.Weights;

/// <summary>
/// JSON texts with up to three values replaced, keys taken out or given twice, or bytes changed; equal seeds give equal
/// texts.
/// </summary>
internal sealed class DamagedJson(Random random)
{
    private const string Mark = "@@damage@@";

    private static readonly string[] s_values =
    [
        "null", "true", "false", "-1", "0", "1", "2", "3", "7", "16", "64", "256", "65536", "1000000000", "2147483648",
            "9223372036854775807", "-9223372036854775808",
        "9223372036854775808", "1e5", "1e30", "1e308", "1e999", "0.5", "-0.0", "1e-320", "NaN", "Infinity", "\"\"",
            "\"x\"", "\"4\"", "\"\\u0000\"", "\"\\ud800\"", "\"../x\"",
        "[]", "[1]", "[0]", "[-1,-1]", "[8,16]", "[64,64]", "[1,1,1]", "[1,2,3,4,5,6,7,8,9]", "[null]", "[\"x\"]",
            "[[[]]]", "{}", "{\"a\":1}", "{\"content\":3}",
        "[65536,65536]", "[16384,16384]", "[4096,4096,4096,4096,4096,4096,4096,4096]", "",
    ];

    /// <summary>A damaged form of a JSON object.</summary>
    public byte[] Next(string json)
    {
        var root = JsonNode.Parse(json)!;
        var values = new List<string>();
        for (var change = random.Next(4); change > 0; change--)
        {
            var places = Places(root).ToList();
            if (places.Count > 0)
                places[random.Next(places.Count)](values);
        }
        var text = root.ToJsonString();
        foreach (var value in values)
        {
            var at = text.IndexOf($"\"{Mark}\"", StringComparison.Ordinal);
            // The mark is gone where a later change replaced what held it.
            if (at >= 0)
                text = text[..at] + value + text[(at + Mark.Length + 2)..];
        }
        if (random.Next(20) == 0)
            text = text.Insert(1, $"{new string('[', random.Next(2000))}");
        if (random.Next(20) == 0 && text.Length > 2)
            text = $"{{{text[1..^1]},{text[1..]}";
        return ChangeBytes(Encoding.UTF8.GetBytes(text));
    }

    /// <summary>Cuts, changes or repeats some bytes, in about one case of six.</summary>
    public byte[] ChangeBytes(byte[] bytes)
    {
        if (bytes.Length == 0)
            return bytes;
        switch (random.Next(18))
        {
            case 0:
                return bytes[..random.Next(bytes.Length)];
            case 1:
                for (var change = random.Next(1, 5); change > 0; change--)
                    bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
                return bytes;
            case 2:
                var (from, to) = (random.Next(bytes.Length), random.Next(bytes.Length));
                return [.. bytes[..from], .. bytes[to..]];
            default:
                return bytes;
        }
    }

    // One action a value below the node: it takes the value out or puts the mark in its place.
    private IEnumerable<Action<List<string>>> Places(JsonNode node)
    {
        if (node is JsonObject map)
        {
            foreach (var key in map.Select(entry => entry.Key).ToList())
            {
                yield return values =>
                {
                    if (random.Next(10) == 0)
                        map.Remove(key);
                    else
                        map[key] = Damage(values);
                };
                if (map[key] is { } child)
                {
                    foreach (var place in Places(child))
                        yield return place;
                }
            }
        }
        else if (node is JsonArray list)
        {
            for (var i = 0; i < list.Count; i++)
            {
                var index = i;
                yield return values => list[index] = Damage(values);
                if (list[index] is { } child)
                {
                    foreach (var place in Places(child))
                        yield return place;
                }
            }
        }
    }

    private JsonValue Damage(List<string> values)
    {
        values.Add(s_values[random.Next(s_values.Length)]);
        return JsonValue.Create(Mark);
    }
}
