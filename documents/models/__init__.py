from documents.models.files import StoredFile

__all__ = ["StoredFile"]
