namespace TorchSharp;

/// <summary>Counts of the tensors made, detached and disposed on one thread.</summary>
public class ThreadDisposeScopeStatistics
{
    private long _disposedOutsideScope;

    public long CreatedInScopeCount { get; private set; }

    public long CreatedOutsideScopeCount { get; private set; }

    public long DetachedFromScopeCount { get; private set; }

    public long DisposedInScopeCount { get; private set; }

    public long ThreadTotalLiveCount => CreatedInScopeCount + CreatedOutsideScopeCount - DisposedInScopeCount - _disposedOutsideScope;

    public void Reset()
    {
        CreatedInScopeCount = 0;
        CreatedOutsideScopeCount = 0;
        DetachedFromScopeCount = 0;
        DisposedInScopeCount = 0;
        _disposedOutsideScope = 0;
    }

    internal void Created(bool inScope)
    {
        if (inScope)
            CreatedInScopeCount++;
        else
            CreatedOutsideScopeCount++;
    }

    internal void DetachedFromScope() => DetachedFromScopeCount++;

    internal void DisposedInScope(int count) => DisposedInScopeCount += count;

    internal void DisposedOutsideScope() => _disposedOutsideScope++;
}
