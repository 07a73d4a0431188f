namespace MLNet.SynthAugment.Methods.Prompts;

/// <summary>Prompts read from a file: those of all classes, and those of single ones by label or name.</summary>
internal sealed record PromptFile(
    IReadOnlyList<string> Templates, IReadOnlyDictionary<string, IReadOnlyList<string>> ByClass)
{
    private const long MaxBytes = 16 << 20;

    /// <summary>Reads a list of lines, or JSON if the file's name ends with <c>.json</c>.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="InvalidDataException">It holds no prompt, or a faulty one; the message names the file and the
    /// line.</exception>
    public static PromptFile Read(string path)
    {
        var size = new FileInfo(path) is { Exists: true } file
            ? file.Length : throw new FileNotFoundException($"There is no prompt file '{path}'.", path);
        if (size > MaxBytes)
            throw new InvalidDataException(
                $"The prompt file '{path}' has {size} bytes; more than {MaxBytes} are not read.");
        var prompts = new Collected(path);
        if (Path.GetExtension(path).Equals(".json", StringComparison.OrdinalIgnoreCase))
            ReadJson(path, prompts);
        else
            ReadLines(path, prompts);
        return prompts.ToPromptFile();
    }

    private static void ReadLines(string path, Collected prompts)
    {
        var number = 0;
        foreach (var line in ReadText(path).ReplaceLineEndings("\n").Split('\n'))
        {
            number++;
            var tab = line.IndexOf('\t');
            if (tab >= 0)
                prompts.Add(line[..tab].Trim(), line[(tab + 1)..].Trim(), $"line {number}");
            else if (!string.IsNullOrWhiteSpace(line))
                prompts.Add(null, line.Trim(), $"line {number}");
        }
    }

    // An array of prompts, or an object of arrays by class.
    private static void ReadJson(string path, Collected prompts)
    {
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(
                ReadText(path), new JsonDocumentOptions
                { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
        }
        catch (JsonException error)
        {
            throw new InvalidDataException($"The prompt file '{path}' is no JSON: {error.Message}", error);
        }
        using (document)
        {
            if (document.RootElement.ValueKind == JsonValueKind.Object)
            {
                foreach (var property in document.RootElement.EnumerateObject())
                    AddArray(property.Value, property.Name, $"class '{property.Name}'");
            }
            else
            {
                AddArray(document.RootElement, null, "the list");
            }
        }

        void AddArray(JsonElement array, string? className, string where)
        {
            if (array.ValueKind != JsonValueKind.Array)
                throw prompts.Fault(where, $"a list of prompts was expected, not {array.ValueKind}");
            var number = 0;
            foreach (var item in array.EnumerateArray())
            {
                number++;
                var place = $"prompt {number} of {where}";
                prompts.Add(className, item.ValueKind == JsonValueKind.String
                    ? item.GetString()! : throw prompts.Fault(place, $"text was expected, not {item.ValueKind}"),
                        place);
            }
        }
    }

    private static string ReadText(string path)
    {
        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(File.ReadAllBytes(path))
                .TrimStart('\uFEFF');
        }
        catch (DecoderFallbackException error)
        {
            throw new InvalidDataException($"The prompt file '{path}' is not UTF-8 text; save it as UTF-8.", error);
        }
    }

    private sealed class Collected(string path)
    {
        private readonly List<string> _templates = [];
        private readonly Dictionary<string, List<string>> _byClass = new(StringComparer.Ordinal);

        public void Add(string? className, string prompt, string place)
        {
            if (className is { Length: 0 })
                throw Fault(place, "the class before the tab is empty");
            if (PromptTemplate.FindFault(prompt) is { } fault)
                throw Fault(place, fault);
            if (className is null)
                _templates.Add(prompt);
            else if (_byClass.TryGetValue(className, out var prompts))
                prompts.Add(prompt);
            else
                _byClass.Add(className, [prompt]);
        }

        public InvalidDataException Fault(string place, string fault) =>
            new($"The prompt file '{path}', {place}: {fault}.");

        public PromptFile ToPromptFile() => _templates.Count + _byClass.Count > 0
            ? new PromptFile(_templates,
                _byClass.ToDictionary(found => found.Key, found => (IReadOnlyList<string>)found.Value))
            : throw new InvalidDataException($"The prompt file '{path}' holds no prompt.");
    }
}
