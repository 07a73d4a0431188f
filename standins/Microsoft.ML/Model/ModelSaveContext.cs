using System.IO.Compression;

namespace Microsoft.ML;

/// <summary>One step's place in a model file: a folder of the zip with the name of its loader and its numbers.</summary>
public sealed class ModelSaveContext : IDisposable
{
    internal const string LoaderEntry = "Loader";
    internal const string ModelEntry = "Model.bin";

    private readonly ZipArchive _archive;
    private readonly string _folder;
    private readonly MemoryStream _content = new();
    private Type _loader;

    private ModelSaveContext(ZipArchive archive, string folder)
    {
        _archive = archive;
        _folder = folder;
        Writer = new BinaryWriter(_content);
    }

    internal BinaryWriter Writer { get; }

    public void Dispose() => Writer.Dispose();

    internal static void Save(ZipArchive archive, string folder, ICanSaveModel model)
    {
        using var context = new ModelSaveContext(archive, folder);
        model.Save(context);
        context.Commit();
    }

    /// <summary>Names what reads this step back; a step that never does so cannot be saved.</summary>
    internal void SetLoader<TLoader>()
        where TLoader : IModelLoader, new() => _loader = typeof(TLoader);

    internal void SaveModel(ICanSaveModel model, string name) => Save(_archive, $"{_folder}/{name}", model);

    private void Commit()
    {
        if (_loader is null)
            throw new InvalidOperationException("ModelSignature not specified!");
        using (var loader = new StreamWriter(_archive.CreateEntry($"{_folder}/{LoaderEntry}").Open()))
            loader.Write($"{_loader.FullName}, {_loader.Assembly.GetName().Name}");
        Writer.Flush();
        using var model = _archive.CreateEntry($"{_folder}/{ModelEntry}").Open();
        _content.WriteTo(model);
    }
}
