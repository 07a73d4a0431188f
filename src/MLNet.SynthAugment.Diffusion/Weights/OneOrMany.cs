namespace MLNet.SynthAugment.Diffusion.Weights;

/// <summary>A config value that is either one value for all blocks of a model or a list with one for each.</summary>
/// <typeparam name="T">Type of a value.</typeparam>
public sealed class OneOrMany<T> where T : notnull
{
    /// <summary>One value for all blocks.</summary>
    /// <param name="value">The value.</param>
    public OneOrMany(T value) => One = value;

    /// <summary>One value a block.</summary>
    /// <param name="values">The values.</param>
    public OneOrMany(IReadOnlyList<T> values) => Many = values;

    /// <summary>The value for all, where <see cref="Many"/> is null.</summary>
    public T? One { get; }

    /// <summary>The value for each, or null.</summary>
    public IReadOnlyList<T>? Many { get; }

    /// <summary>One value for all blocks.</summary>
    /// <param name="value">The value.</param>
    public static implicit operator OneOrMany<T>(T value) => new(value);

    /// <summary>The values block by block.</summary>
    /// <param name="count">Number of blocks.</param>
    /// <param name="key">The config key, for the error.</param>
    /// <exception cref="ModelFolderException">The list has another length.</exception>
    public IReadOnlyList<T> ForBlocks(int count, string key)
    {
        if (Many is null)
            return [.. Enumerable.Repeat(One!, count)];
        return Many.Count == count
            ? Many
            : throw new ModelFolderException(
                $"Config key '{key}' lists {Many.Count} values, but the model has {count} blocks.");
    }
}

/// <summary>Reads <c>4</c> and <c>[2, 4, 8]</c> alike.</summary>
internal sealed class OneOrManyJsonConverterFactory : JsonConverterFactory
{
    public override bool CanConvert(Type typeToConvert) =>
        typeToConvert.IsGenericType && typeToConvert.GetGenericTypeDefinition() == typeof(OneOrMany<>);

    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
        (JsonConverter)Activator.CreateInstance(
            typeof(Converter<>).MakeGenericType(typeToConvert.GenericTypeArguments))!;

    private sealed class Converter<T> : JsonConverter<OneOrMany<T>> where T : notnull
    {
        public override OneOrMany<T> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            try
            {
                return reader.TokenType == JsonTokenType.StartArray
                    ? new OneOrMany<T>(JsonSerializer.Deserialize<T[]>(ref reader, options)!)
                    : new OneOrMany<T>(JsonSerializer.Deserialize<T>(ref reader, options)!);
            }
            catch (JsonException)
            {
                // One without a message gets the path of the key.
                throw new JsonException();
            }
        }

        public override void Write(Utf8JsonWriter writer, OneOrMany<T> value, JsonSerializerOptions options)
        {
            if (value.Many is not null)
                JsonSerializer.Serialize(writer, value.Many, options);
            else
                JsonSerializer.Serialize(writer, value.One, options);
        }
    }
}
