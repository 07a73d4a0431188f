using MethodSamples;

// dotnet run --project samples/Methods -c Release -- METHOD [OUTPUT_FOLDER]
var samples = new Dictionary<string, Action<Characters>>
{
    ["classname"] = ClassNamePromptSample.Run,
    ["datadream"] = DataDreamSample.Run,
    ["seedselect"] = SeedSelectSample.Run,
    ["disef"] = DisefSample.Run,
    ["dafusion"] = DAFusionSample.Run,
    ["loft"] = LoftSample.Run,
    ["diffmix"] = DiffMixSample.Run,
    ["variation"] = ImageVariationSample.Run,
};
if (args is not [var word, ..] || !samples.TryGetValue(word, out var run))
{
    Console.Error.WriteLine($"Name a method: {string.Join(", ", samples.Keys)}.");
    return 2;
}
run(new Characters(args.Length > 1 ? args[1] : $"{word}-sample"));
return 0;
