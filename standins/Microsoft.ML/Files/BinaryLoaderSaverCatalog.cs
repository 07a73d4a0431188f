using Microsoft.ML.Data;
using Microsoft.ML.Files;

namespace Microsoft.ML;

/// <summary>Binary files of views.</summary>
public static class BinaryLoaderSaverCatalog
{
    public static void SaveAsBinary(this DataOperationsCatalog catalog, IDataView data, Stream stream, bool keepHidden = false)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(stream);
        BinaryViewFormat.Write(data, stream, keepHidden);
    }

    public static IDataView LoadFromBinary(this DataOperationsCatalog catalog, string path) =>
        catalog.LoadFromBinary(new MultiFileSource(path));

    public static IDataView LoadFromBinary(this DataOperationsCatalog catalog, IMultiStreamSource fileSource)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(fileSource);
        using var stream = fileSource.Open(0);
        return BinaryViewFormat.Read(stream);
    }
}
