namespace TorchSharp;

/// <summary>The dispose scopes of one thread, innermost last.</summary>
public class DisposeScopeManager
{
    [ThreadStatic] private static DisposeScopeManager? s_ofThread;

    private readonly List<DisposeScope> _scopes = [];

    public static ThreadDisposeScopeStatistics Statistics => OfThread.ThreadStatistics;

    internal static DisposeScopeManager OfThread => s_ofThread ??= new DisposeScopeManager();

    internal ThreadDisposeScopeStatistics ThreadStatistics { get; } = new();

    internal DisposeScope? Current => _scopes.Count > 0 ? _scopes[^1] : null;

    internal DisposeScope Enter()
    {
        var scope = new DisposeScope(this, Current);
        _scopes.Add(scope);
        return scope;
    }

    internal void Leave(DisposeScope scope) => _scopes.Remove(scope);

    /// <summary>A new tensor joins the innermost scope of its thread.</summary>
    internal static void Register(torch.Tensor tensor)
    {
        var manager = OfThread;
        var scope = manager.Current;
        manager.ThreadStatistics.Created(scope is not null);
        scope?.Attach(tensor);
    }
}
