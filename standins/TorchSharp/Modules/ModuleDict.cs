using System.Collections;
using System.Diagnostics.CodeAnalysis;
using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>Modules by name, in the order in which they were added.</summary>
public class ModuleDict<T> : nn.Module, IDictionary<string, T>, IList<(string, T)> where T : nn.Module
{
    private readonly OrderedDictionary<string, T> _modules = [];
    private bool _registered;

    public ModuleDict()
        : base(nameof(ModuleDict<T>))
    {
    }

    public int Count => _modules.Count;

    public bool IsReadOnly => false;

    public ICollection<string> Keys => _modules.Keys;

    public ICollection<T> Values => _modules.Values;

    public T this[string key]
    {
        get => _modules[key];
        set => _modules[key] = value;
    }

    public (string, T) this[int index]
    {
        get => (_modules.GetAt(index).Key, _modules.GetAt(index).Value);
        set
        {
            _modules.RemoveAt(index);
            Insert(index, value);
        }
    }

    public void Add(string key, T value) => Insert(_modules.Count, (key, value));

    public void Add((string, T) item) => Add(item.Item1, item.Item2);

    public void Add(KeyValuePair<string, T> item) => Add(item.Key, item.Value);

    public void Insert(int index, (string, T) item) => _modules.Insert(index, item.Item1, item.Item2);

    public bool Remove(string key) => _modules.Remove(key);

    public bool Remove((string, T) item) => Contains(item) && Remove(item.Item1);

    public bool Remove(KeyValuePair<string, T> item) => Remove((item.Key, item.Value));

    public void RemoveAt(int index) => Remove(_modules.GetAt(index).Key);

    public void Clear() => _modules.Clear();

    public void clear() => Clear();

    public bool Contains((string, T) item) => _modules.TryGetValue(item.Item1, out var module) && ReferenceEquals(module, item.Item2);

    public bool Contains(KeyValuePair<string, T> item) => Contains((item.Key, item.Value));

    public bool ContainsKey(string key) => _modules.ContainsKey(key);

    public bool TryGetValue(string key, [MaybeNullWhen(false)] out T value) => _modules.TryGetValue(key, out value);

    public int IndexOf((string, T) item) => Contains(item) ? _modules.IndexOf(item.Item1) : -1;

    public void CopyTo((string, T)[] array, int arrayIndex) => Pairs().ToArray().CopyTo(array, arrayIndex);

    public void CopyTo(KeyValuePair<string, T>[] array, int arrayIndex) =>
        ((ICollection<KeyValuePair<string, T>>)_modules).CopyTo(array, arrayIndex);

    public IEnumerable<string> keys() => _modules.Keys;

    public IEnumerable<T> values() => _modules.Values;

    public IEnumerator<(string, T)> items() => GetEnumerator();

    public IEnumerator<(string, T)> GetEnumerator() => Pairs().GetEnumerator();

    IEnumerator<KeyValuePair<string, T>> IEnumerable<KeyValuePair<string, T>>.GetEnumerator() => _modules.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    internal static ModuleDict<T> Of((string, T)[] modules)
    {
        var result = new ModuleDict<T>();
        foreach (var item in modules)
            result.Add(item);
        return result;
    }

    // Runs when the dictionary becomes part of a module: later additions are not seen.
    protected override void RegisterComponents()
    {
        if (_registered)
            return;
        foreach (var (key, module) in _modules)
            register_module(key, module);
        _registered = true;
    }

    private IEnumerable<(string, T)> Pairs() => _modules.Select(pair => (pair.Key, pair.Value));
}
