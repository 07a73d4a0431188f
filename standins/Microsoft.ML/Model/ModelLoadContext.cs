using System.IO.Compression;
using Microsoft.ML.Runtime;

namespace Microsoft.ML;

/// <summary>Reads one kind of step back from a model file.</summary>
internal interface IModelLoader
{
    ITransformer Load(IHostEnvironment env, ModelLoadContext ctx);
}

/// <summary>One step's place in a model file, for reading.</summary>
internal sealed class ModelLoadContext : IDisposable
{
    private readonly ZipArchive _archive;
    private readonly string _folder;

    private ModelLoadContext(ZipArchive archive, string folder)
    {
        _archive = archive;
        _folder = folder;
        Reader = new BinaryReader(new MemoryStream(ReadEntry(archive, $"{folder}/{ModelSaveContext.ModelEntry}")));
    }

    public BinaryReader Reader { get; }

    public void Dispose() => Reader.Dispose();

    public static ITransformer Load(IHostEnvironment env, ZipArchive archive, string folder)
    {
        using var context = new ModelLoadContext(archive, folder);
        return FindLoader(archive, folder).Load(env, context);
    }

    public ITransformer LoadModel(IHostEnvironment env, string name) => Load(env, _archive, $"{_folder}/{name}");

    public static byte[] ReadEntry(ZipArchive archive, string name)
    {
        var entry = archive.GetEntry(name) ?? throw new FormatException($"Corrupt model file: it has no part '{name}'.");
        using var stream = entry.Open();
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }

    // The file is not trusted: the name may only pick one of this library's loaders, never any other type.
    private static IModelLoader FindLoader(ZipArchive archive, string folder)
    {
        var name = System.Text.Encoding.UTF8.GetString(ReadEntry(archive, $"{folder}/{ModelSaveContext.LoaderEntry}"));
        var type = name.StartsWith("Microsoft.ML.", StringComparison.Ordinal) ? Type.GetType(name) : null;
        if (type is null || !typeof(IModelLoader).IsAssignableFrom(type))
            throw new FormatException($"Model file: there is no loader '{name}' in '{folder}'.");
        return (IModelLoader)Activator.CreateInstance(type, nonPublic: true);
    }
}
